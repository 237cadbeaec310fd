/** Documents the settings: its functions return the table in docs/settings.md and `.env.example`. */
import { ALL_SETTINGS } from './settings.ts';

export interface SettingDescription {
  readonly name: string;
  /** The variable that names a file with the value; null where there is none. */
  readonly file: string | null;
  /** The documented default: a value, a text if it depends on other settings, or a dash if there is none. */
  readonly default: string;
  readonly meaning: string;
}

/** All settings, in the order in which the documentation and the errors list them. */
export const SETTINGS: readonly SettingDescription[] = ALL_SETTINGS.map(
  ({ name, file, default: value, meaning }) => ({
    name,
    file,
    default: value,
    meaning,
  }),
);

/** The page of all settings in Markdown. */
export function describeSettingsAsPage(): string {
  return [
    '# Settings',
    '',
    'Environment variables; `npm start` also reads a file `.env`. An empty variable counts as absent. A misspelt name that begins like one',
    'of ours is a fault too. All faults are listed at start, at once, each by its variable and never by its value. Where a variable has a second',
    'one, `NAME_FILE`, that one names a file which holds the value, as Docker and Kubernetes mount secrets. Newlines at its end do not count.',
    '',
    describeSettingsAsMarkdown(),
    'Traces are configured by OpenTelemetry’s own variables (`OTEL_…`): see [operations.md](operations.md#traces).',
    'This page is written by `npm run settings:print`.',
    '',
  ].join('\n');
}

/** A table in Markdown, ending in a newline. */
export function describeSettingsAsMarkdown(): string {
  const rows = ALL_SETTINGS.map(({ name, file, default: value, defaultIsValue, meaning }) =>
    [
      '',
      file === null ? `\`${name}\`` : `\`${name}\` or \`${file}\``,
      defaultIsValue ? `\`${value}\`` : value,
      meaning,
      '',
    ]
      .map((cell) => cell.replaceAll('|', '\\|'))
      .join(' | ')
      .trim(),
  );
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** An environment file with every setting commented out: without changes, it runs the gateway on the sandbox. */
export function describeSettingsAsEnv(): string {
  const entries = ALL_SETTINGS.map(({ name, file, default: value, defaultIsValue, meaning }) => {
    const words = defaultIsValue || value === '–' ? [] : [`# Default: ${value.replaceAll('`', '')}`];
    const assignments = [
      `# ${name}=${defaultIsValue ? value : ''}`,
      ...(file === null ? [] : [`# ${file}=`]),
    ];
    return [`# ${meaning.replaceAll('`', '')}`, ...words, ...assignments].join('\n');
  });
  const head =
    '# Copy to .env and set what you need. With nothing set, the gateway runs on its embedded Redox sandbox.';
  return `${[head, ...entries].join('\n\n')}\n`;
}

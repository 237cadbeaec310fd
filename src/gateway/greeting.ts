/** The text for a person at a terminal when the gateway has started; otherwise the start is reported as one JSON line. */

export interface Greeted {
  /** The address of the GraphQL endpoint. */
  readonly url: string;
  readonly sandbox: boolean;
  /** Whether there is a chart viewer at `/`; otherwise there is a plain page. */
  readonly viewer: boolean;
  /** Whether there is an explorer. */
  readonly explorer: boolean;
}

/** Lines for a terminal. */
export function greeting({ url, sandbox, viewer, explorer }: Greeted): string {
  const at = (path: string) => new URL(path, url).href;
  const lines = [
    `${viewer ? 'Viewer  ' : 'Overview'}     ${at('/')}`,
    ...(explorer ? [`Explorer     ${at('/explorer')}`] : []),
    `GraphQL      ${url}`,
    sandbox
      ? 'Synthetic charts; for the real Redox see docs/redox-setup.md'
      : "The real Redox, by this environment's credentials",
  ];
  return `${lines.join('\n')}\n`;
}

/** What deploys the gateway says what the gateway is: no engine is needed to see that. */
import { readdirSync, readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig, SETTINGS } from '../../src/config/config.ts';
import { startTestGateway } from '../support/gateway.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const MANIFESTS = readdirSync(new URL('../../examples/kubernetes', import.meta.url)).map((name) =>
  read(`examples/kubernetes/${name}`),
);
const NAMES = SETTINGS.map(({ name }) => name);

describe('the Dockerfile', () => {
  const dockerfile = read('Dockerfile');
  const instructions = dockerfile
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => /^[A-Z]+ /.test(line));
  const valuesOf = (name: string) =>
    instructions.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));

  test('passes the linter', () => {
    expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual(
      [],
    );
  });

  test('builds in stages, on the Node that the project runs on', () => {
    const bases = valuesOf('FROM');
    expect(bases).toHaveLength(2);
    const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: { node: string } };
    const major = /\d+/.exec(devDependencies.node)?.[0];
    for (const base of bases) expect(base).toMatch(new RegExp(`^node:${major}-`));
  });

  test('runs as a user without rights, without npm, and says how it is', () => {
    expect(valuesOf('USER')).toEqual(['node']);
    expect(valuesOf('CMD')).toEqual([
      '["node", "--expose-gc", "--no-allocation-site-pretenuring", "src/main.ts"]',
    ]);
    expect(valuesOf('HEALTHCHECK')[0]).toContain('/livez');
  });

  test('copies nothing but what .dockerignore lets through', () => {
    const allowed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = valuesOf('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(new Set(copied)).toEqual(new Set(allowed));
  });
});

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: Kubernetes's types are another project's.
  readonly spec: any;
  readonly stringData?: Record<string, string>;
}

describe('the Kubernetes manifests', () => {
  const manifests = MANIFESTS.map((text) => parse(text) as Manifest);
  const kindOf = (kind: string) => manifests.find((one) => one.kind === kind);
  const pod = kindOf('Deployment')?.spec.template.spec;
  const [container] = pod.containers;

  test('are all there, and of one application', () => {
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
      'Deployment',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Secret',
      'Service',
    ]);
    const labels = kindOf('Deployment')?.spec.template.metadata.labels;
    expect(kindOf('Service')?.spec.selector).toEqual(labels);
    expect(kindOf('PodDisruptionBudget')?.spec.selector.matchLabels).toEqual(labels);
    expect(kindOf('NetworkPolicy')?.spec.podSelector.matchLabels).toEqual(labels);
  });

  test('give it time to stop: what comes first, operations in flight, and closing', async () => {
    const delayMs = Number(/(\d+)\)/.exec(container.lifecycle.preStop.exec.command.at(-1))?.[1]);
    const { operation } = await parseConfig({});
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(delayMs + operation.timeoutMs + 5000);
  });

  test('let it write nowhere, and run as a user without rights', () => {
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('set what there is to set, and all that has to be', async () => {
    const env: { name: string; value: string }[] = container.env;
    const secret = Object.keys(kindOf('Secret')?.stringData ?? {});
    const names = [...env.map(({ name }) => name), ...secret];
    expect(names.filter((name) => !NAMES.includes(name))).toEqual([]);
    const faults = await parseConfig({
      HOST: '0.0.0.0',
      ...Object.fromEntries(env.map(({ name, value }) => [name, value])),
      ...Object.fromEntries(secret.map((name) => [name, 'x'.repeat(32)])),
    }).then(
      () => [],
      (error: { faults: { variable: string }[] }) => error.faults.map(({ variable }) => variable),
    );
    // The secret's values are for the operator to fill in; nothing else is missing or wrong.
    expect(faults).toEqual(['REDOX_PRIVATE_KEY']);
  });

  test('ask it how it is where it answers', async () => {
    await using gateway = await startTestGateway({ charts: [] });
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      const { path, port } = container[probe].httpGet;
      expect(port).toBe('http');
      expect((await fetch(new URL(path, gateway.url))).status).toBe(200);
    }
  });
});

describe('the dashboard and docs/operations.md', () => {
  test('know every metric that there is, and no other', async () => {
    // With a Redis, though nothing listens there, so that what replicas share is among the metrics; and with events.
    await using gateway = await startTestGateway(
      { charts: [] },
      { REDIS_URL: 'redis://127.0.0.1:1', REDOX_EVENTS_TOKEN: 'x'.repeat(32) },
    );
    const text = await (await fetch(new URL('/metrics', gateway.url))).text();
    const families = [...text.matchAll(/^# TYPE (redox_media_\w+) /gm)].map(([, name = '']) => name);
    const own = families.filter((name) => !/_nodejs_|_process_/.test(name));
    const namesIn = (document: string) =>
      new Set(
        [...document.matchAll(/redox_media_\w+/g)].map(([name]) =>
          name.replace(/_(?:bucket|sum|count)$/, ''),
        ),
      );
    const [dashboard, operations] = [namesIn(read('docs/grafana.json')), namesIn(read('docs/operations.md'))];
    expect(own.filter((name) => !dashboard.has(name))).toEqual([]);
    expect(own.filter((name) => !operations.has(name))).toEqual([]);
    expect([...dashboard, ...operations].filter((name) => !families.includes(name))).toEqual([]);
  });
});

/** The dashboard, the alerts and what the documents say of them fit the metrics that there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { startTestGateway } from '../support/gateway.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** So that the metrics of events are there. */
const EVENTS = { REDOX_EVENTS_TOKEN: 'a-verification-token-of-32-bytes-at-least' };

describe('the dashboard, the alerts and docs/operations.md', () => {
  /** With a Redis, though nothing listens there, so that what replicas share is among the metrics. */
  async function readFamilies(): Promise<readonly string[]> {
    await using gateway = await startTestGateway(
      { charts: [] },
      { REDIS_URL: 'redis://127.0.0.1:1', ...EVENTS },
    );
    const text = await (await fetch(new URL('/metrics', gateway.url))).text();
    return [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
  }
  const namesIn = (document: string) =>
    new Set(
      [...document.matchAll(/\b(?:redox_media|nodejs|process)_\w+/g)].map(([name]) =>
        name.replace(/_(?:bucket|sum|count)$/, ''),
      ),
    );

  test('know every metric that there is, and no other', async () => {
    const families = await readFamilies();
    const own = families.filter((name) => name.startsWith('redox_media_'));
    const [dashboard, operations] = [namesIn(read('docs/grafana.json')), namesIn(read('docs/operations.md'))];
    expect(own.filter((name) => !dashboard.has(name))).toEqual([]);
    expect(own.filter((name) => !operations.has(name))).toEqual([]);
    expect([...dashboard, ...operations].filter((name) => !families.includes(name))).toEqual([]);
  });

  const { groups } = z
    .strictObject({
      groups: z.array(
        z.strictObject({
          name: z.string(),
          rules: z.array(
            z.strictObject({
              alert: z.string().regex(/^[A-Z]\w+$/),
              expr: z.string(),
              for: z.string().regex(/^\d+[smh]$/),
              labels: z.strictObject({ severity: z.enum(['page', 'ticket']) }),
              annotations: z.strictObject({
                summary: z.string().regex(/\.$/),
                description: z.string().regex(/\.$/),
              }),
            }),
          ),
        }),
      ),
    })
    .parse(parse(read('docs/alerts.yaml')));
  const rules = groups.flatMap((group) => group.rules);

  test('alerts are on metrics that there are, each with a name of its own', async () => {
    const families = await readFamilies();
    expect(rules.length).toBeGreaterThan(5);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { expr } of rules) {
      expect(namesIn(expr).size).toBeGreaterThan(0);
      expect([...namesIn(expr)].filter((name) => !families.includes(name))).toEqual([]);
    }
  });
});

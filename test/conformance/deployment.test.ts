/** What deploys the gateway, by the grammars of those who read it: Kubernetes' own schemas, and Prometheus' own PromQL. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { parser } from '@prometheus-io/lezer-promql';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Manifest, renderFolder } from '../deployment/kustomize.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

type Validate = (manifest: object) => void;

const check =
  <Data>(Model: new (data: Data) => { validate(): void }): Validate =>
  (manifest) =>
    new Model(manifest as Data).validate();

const VALIDATORS: Readonly<Record<string, Validate>> = {
  'apps/v1 Deployment': check(Deployment),
  'autoscaling/v2 HorizontalPodAutoscaler': check(HorizontalPodAutoscaler),
  'monitoring.coreos.com/v1 ServiceMonitor': check(ServiceMonitor),
  'networking.k8s.io/v1 Ingress': check(Ingress),
  'networking.k8s.io/v1 NetworkPolicy': check(NetworkPolicy),
  'policy/v1 PodDisruptionBudget': check(PodDisruptionBudget),
  'v1 Service': check(Service),
};

function validate(manifest: Manifest): void {
  const validator = VALIDATORS[`${manifest.apiVersion} ${manifest.kind}`];
  if (validator === undefined)
    throw new Error(`there is no schema of ${manifest.apiVersion} ${manifest.kind}`);
  validator(manifest);
}

describe.each(readdirSync(root('deploy/overlays')))('deploy/overlays/%s', (overlay) => {
  const manifests = renderFolder(root(`deploy/overlays/${overlay}`));

  test.each(manifests.map((one) => [`${one.kind} ${one.metadata.name}`, one] as const))(
    '%s',
    (_, manifest) => {
      expect(() => validate(manifest)).not.toThrow();
    },
  );
});

test('a field that Kubernetes does not know, or of another type, is seen', () => {
  const [deployment] = renderFolder(root('deploy/overlays/production')).filter(
    ({ kind }) => kind === 'Deployment',
  );
  if (deployment === undefined) throw new Error('there is no Deployment');
  const { spec } = deployment;
  expect(() => validate({ ...deployment, spec: { ...(spec as object), replicas: 'two' } })).toThrow(
    'replicas',
  );
  expect(() =>
    validate({ ...deployment, spec: { ...(spec as object), template: {}, selector: null } }),
  ).toThrow();
});

/** The text before the first error, for each expression that is no PromQL. */
function findErrors(expressions: readonly string[]): readonly string[] {
  return expressions.flatMap((text) => {
    let before: string | null = null;
    parser.parse(text).iterate({
      enter: ({ type, from }) => {
        if (type.isError) before ??= text.slice(0, from);
      },
    });
    return before ?? [];
  });
}

describe('PromQL', () => {
  const alerts = z
    .object({ groups: z.array(z.object({ rules: z.array(z.object({ expr: z.string() })) })) })
    .parse(parse(readFileSync(root('docs/alerts.yaml'), 'utf8')))
    .groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const panels = z
    .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
    .parse(JSON.parse(readFileSync(root('docs/grafana.json'), 'utf8')))
    // Grafana puts a duration in its place.
    .panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));

  test('is what the alerts and the dashboard are written in', () => {
    expect(alerts.length).toBeGreaterThan(5);
    expect(panels.length).toBeGreaterThan(20);
    expect(findErrors([...alerts, ...panels])).toEqual([]);
  });

  test('has errors that are seen', () => {
    expect(findErrors(['sum(rate(x[5m])', 'rate(x[5q])', 'a > > 1'])).toHaveLength(3);
  });
});

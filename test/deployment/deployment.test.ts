/** What deploys the gateway says what the gateway is: no engine is needed to see that. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig, SETTINGS } from '../../src/config/config.ts';
import { startTestGateway } from '../support/gateway.ts';
import { type Manifest, renderFolder } from './kustomize.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const NAMES = SETTINGS.flatMap(({ name, file }) => (file === null ? [name] : [name, file]));

const TYPED = {
  Deployment: z.object({
    spec: z.object({
      replicas: z.number().optional(),
      template: z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.object({ runAsNonRoot: z.boolean() }),
          volumes: z.array(z.object({ name: z.string(), secret: z.object({ secretName: z.string() }) })),
          containers: z.tuple([
            z.object({
              image: z.string(),
              env: z.array(z.object({ name: z.string(), value: z.string() }).strict()),
              ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
              volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
              lifecycle: z.object({
                preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }),
              }),
              securityContext: z.unknown(),
              startupProbe: probe(),
              livenessProbe: probe(),
              readinessProbe: probe(),
            }),
          ]),
        }),
      }),
    }),
  }),
  Service: z.object({
    spec: z.object({
      selector: z.record(z.string(), z.string()),
      ports: z.array(z.object({ name: z.string(), targetPort: z.string() })),
    }),
  }),
  Selecting: z.object({ spec: z.object({ selector: z.object({ matchLabels: z.unknown() }) }) }),
  NetworkPolicy: z.object({
    spec: z.object({
      podSelector: z.object({ matchLabels: z.unknown() }),
      egress: z.array(z.object({ ports: z.array(z.object({ port: z.number() })) })),
    }),
  }),
  HorizontalPodAutoscaler: z.object({
    spec: z.object({
      scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
      minReplicas: z.number(),
    }),
  }),
  Ingress: z.object({
    metadata: z.object({ annotations: z.record(z.string(), z.string()) }),
    spec: z.object({
      rules: z.array(
        z.object({
          http: z.object({
            paths: z.array(
              z.object({
                path: z.string(),
                backend: z.object({
                  service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }),
                }),
              }),
            ),
          }),
        }),
      ),
    }),
  }),
};

function probe() {
  return z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
}

const folder = (path: string) => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));
const OVERLAYS = readdirSync(folder('overlays'));

describe.each(OVERLAYS)('deploy/overlays/%s', (overlay) => {
  const manifests = renderFolder(folder(`overlays/${overlay}`));
  const ofKind = (kind: string) => manifests.filter((one) => one.kind === kind);
  const deployment = TYPED.Deployment.parse(ofKind('Deployment')[0]);
  const pod = deployment.spec.template;
  const [container] = pod.spec.containers;

  test('is of one application: whatever selects, selects its pods, and each backend is its Service', () => {
    const { labels } = pod.metadata;
    const service = TYPED.Service.parse(ofKind('Service')[0]);
    expect(service.spec.selector).toEqual(labels);
    for (const one of [...ofKind('PodDisruptionBudget'), ...ofKind('ServiceMonitor')]) {
      expect(TYPED.Selecting.parse(one).spec.selector.matchLabels).toEqual(labels);
    }
    const policy = TYPED.NetworkPolicy.parse(ofKind('NetworkPolicy')[0]);
    expect(policy.spec.podSelector.matchLabels).toEqual(labels);
    for (const one of ofKind('HorizontalPodAutoscaler')) {
      expect(TYPED.HorizontalPodAutoscaler.parse(one).spec.scaleTargetRef).toMatchObject({
        kind: 'Deployment',
        name: 'redox-media-gateway',
      });
    }
    const ports = service.spec.ports.map(({ name }) => name);
    for (const { backend } of ofKind('Ingress').flatMap(pathsOf)) {
      expect(backend.service.name).toBe(ofKind('Service')[0]?.metadata.name);
      expect(ports).toContain(backend.service.port.name);
    }
    expect(service.spec.ports.map(({ targetPort }) => targetPort)).toEqual(
      container.ports.map(({ name }) => name),
    );
  });

  test('holds no Secret, which an apply would put over the real one', () => {
    expect(ofKind('Secret')).toEqual([]);
    const names = readdirSync(folder(''), { recursive: true, encoding: 'utf8' });
    const files = names.filter((name) => name.endsWith('.yaml')).map((name) => read(`deploy/${name}`));
    expect(files.filter((text) => /kind: Secret|secretGenerator/.test(text))).toEqual([]);
  });

  test('gives it time to stop: what comes first, operations in flight, and closing', async () => {
    const delayMs = Number(/(\d+)\)/.exec(container.lifecycle.preStop.exec.command.at(-1) ?? '')?.[1]);
    const { operation } = await parseConfig({});
    expect(pod.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(
      delayMs + operation.timeoutMs + 5000,
    );
  });

  test('lets it write nowhere, and runs it as a user without rights', () => {
    expect(pod.spec.securityContext.runAsNonRoot).toBe(true);
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('sets what there is to set, and all that has to be: it would start', async () => {
    // As a volume of the Secret: a file for each key.
    const secrets = await mkdtemp(join(tmpdir(), 'secrets-'));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const [mount] = container.volumeMounts;
    const env = await Promise.all(
      container.env.map(async ({ name, value }) => {
        if (!name.endsWith('_FILE')) return [name, value];
        expect(value.startsWith(`${mount?.mountPath}/`)).toBe(true);
        const path = join(secrets, basename(value));
        await writeFile(path, name === 'REDOX_PRIVATE_KEY_FILE' ? key : 'x'.repeat(32));
        return [name, path];
      }),
    );
    expect(env.map(([name]) => name).filter((name) => !NAMES.includes(name ?? ''))).toEqual([]);
    expect(pod.spec.volumes.map(({ name }) => name)).toEqual(container.volumeMounts.map(({ name }) => name));
    const config = await parseConfig({ HOST: '0.0.0.0', ...Object.fromEntries(env) });
    expect(config.redox.kind).toBe(overlay === 'trial' ? 'sandbox' : 'real');
  });

  test('asks it how it is where it answers', async () => {
    await using gateway = await startTestGateway({ charts: [] });
    for (const { httpGet } of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(httpGet.port).toBe('http');
      expect((await fetch(new URL(httpGet.path, gateway.url))).status).toBe(200);
    }
  });
});

test('production has what production needs, and leads from outside to four routes alone', () => {
  const manifests = renderFolder(folder('overlays/production'));
  expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
    'Deployment',
    'HorizontalPodAutoscaler',
    'Ingress',
    'Ingress',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Service',
    'ServiceMonitor',
  ]);
  const paths = manifests.filter(({ kind }) => kind === 'Ingress').flatMap(pathsOf);
  expect(paths.map(({ path }) => path).toSorted()).toEqual([
    '/content',
    '/graphql',
    '/redox/events',
    '/uploads',
  ]);
  const policy = manifests.find(({ kind }) => kind === 'NetworkPolicy');
  const out = TYPED.NetworkPolicy.parse(policy).spec.egress.flatMap(({ ports }) => ports);
  // Names, Redox and the issuer, Redis, traces.
  expect(out.map(({ port }) => port)).toEqual([53, 53, 443, 6379, 4318]);
  const { spec } = TYPED.Deployment.parse(manifests.find(({ kind }) => kind === 'Deployment'));
  expect(spec.replicas).toBeUndefined();
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(spec.template.spec.containers[0].image).toBe(`redox-media-gateway:${version}`);
});

test('addresses that hold secrets are in no access log: those of content links, and of verifications by Redox', () => {
  const ingresses = renderFolder(folder('overlays/production')).filter(({ kind }) => kind === 'Ingress');
  const unlogged = ingresses.filter((one) => {
    const { annotations } = TYPED.Ingress.parse(one).metadata;
    return annotations['nginx.ingress.kubernetes.io/enable-access-log'] === 'false';
  });
  expect(unlogged.flatMap(pathsOf).map(({ path }) => path)).toEqual(['/content', '/redox/events']);
});

function pathsOf(ingress: Manifest) {
  return TYPED.Ingress.parse(ingress).spec.rules.flatMap(({ http }) => http.paths);
}

describe('compose.yaml', () => {
  const compose = z
    .object({
      services: z.record(
        z.string(),
        z.object({
          environment: z.record(z.string(), z.string()).optional(),
          ports: z.array(z.string()).optional(),
          volumes: z.array(z.string()).optional(),
          configs: z.array(z.object({ source: z.string() })).optional(),
        }),
      ),
      configs: z.record(z.string(), z.object({ content: z.string() })),
    })
    .parse(parse(read('compose.yaml')));

  test('sets what there is to set: it would start, with synthetic charts', async () => {
    const environment = compose.services['gateway']?.environment ?? {};
    expect(Object.keys(environment).filter((name) => !NAMES.includes(name))).toEqual([]);
    expect(await parseConfig({ HOST: '0.0.0.0', ...environment })).toMatchObject({
      redox: { kind: 'sandbox' },
    });
    expect(environment['REDIS_URL']).toContain('//redis:');
    expect(Object.keys(compose.services)).toContain('redis');
  });

  test('is reached from this machine alone, and reads files that are there', () => {
    const services = Object.values(compose.services);
    for (const port of services.flatMap(({ ports = [] }) => ports)) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const volume of services.flatMap(({ volumes = [] }) => volumes)) {
      expect(read(volume.split(':')[0] ?? '')).not.toBe('');
    }
    for (const { source } of services.flatMap(({ configs = [] }) => configs)) {
      expect(parse(compose.configs[source]?.content ?? '')).toMatchObject({
        scrape_configs: [{ static_configs: [{ targets: ['gateway:4000'] }] }],
      });
    }
  });
});

test('the dev container runs what package.json knows, and shows the port of the gateway', async () => {
  const container = z
    .object({
      image: z.string(),
      postCreateCommand: z.string(),
      postAttachCommand: z.string(),
      forwardPorts: z.array(z.number()),
      portsAttributes: z.record(z.string(), z.object({ onAutoForward: z.string() })),
    })
    .parse(JSON.parse(read('.devcontainer/devcontainer.json')));
  const { listener } = await parseConfig({});
  expect(container.forwardPorts).toEqual([listener.port]);
  expect(Object.keys(container.portsAttributes)).toEqual([String(listener.port)]);
  expect(container.postCreateCommand).toBe('npm ci');
  expect(container.postAttachCommand).toMatch(/npm start$/);
  // In a Codespace the address of the port leads to the gateway; elsewhere the variable is empty, which counts as absent.
  const script = `${container.postAttachCommand.replace(/npm start$/, '')} sh -c 'printf %s "$PUBLIC_URL"'`;
  const codespace = { CODESPACE_NAME: 'syn', GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN: 'app.example' };
  const urlIn = (env: Record<string, string>) =>
    spawnSync('sh', ['-c', script], { env: { PATH: process.env['PATH'], ...env }, encoding: 'utf8' }).stdout;
  expect([urlIn(codespace), urlIn({})]).toEqual(['https://syn-4000.app.example', '']);
});

/** OpenTelemetry's variables: read only where they ask for traces, and refused where this gateway cannot do what they say. */
import { expect, test } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { faultsOf, OAUTH } from './environments.ts';

const ASKED = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318' };
const readTracing = async (variables: Record<string, string>) => (await parseConfig(variables)).tracing;

test.each<[Record<string, string>]>([
  [{}],
  [{ OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_TRACES_SAMPLER: 'x' }],
  [{ OTEL_TRACES_EXPORTER: 'none' }],
  [{ ...ASKED, OTEL_TRACES_EXPORTER: 'none' }],
  [{ ...ASKED, OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
])('%j asks for no traces', async (variables) => {
  expect(await readTracing(variables)).toBeNull();
});

test.each<[Record<string, string>, object]>([
  [ASKED, {}],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector.example/v1/traces' }, {}],
  [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, { exporters: ['otlp', 'console'] }],
  [{ ...ASKED, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, { otlpProtocol: 'http/json' }],
  [
    {
      ...ASKED,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    },
    { otlpProtocol: 'http/json' },
  ],
  [{ ...ASKED, OTEL_PROPAGATORS: 'tracecontext,baggage' }, {}],
  [{ ...ASKED, OTEL_PROPAGATORS: 'baggage' }, { propagates: false }],
  [{ ...ASKED, OTEL_PROPAGATORS: 'none' }, { propagates: false }],
  [
    { ...ASKED, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    { sampler: 'traceidratio', sampledRatio: 0.25 },
  ],
])('%j asks for traces', async (variables, wanted) => {
  expect(await readTracing(variables)).toEqual({
    exporters: ['otlp'],
    otlpProtocol: 'http/protobuf',
    propagates: true,
    sampler: 'parentbased_always_on',
    sampledRatio: 1,
    ...wanted,
  });
});

test.each([
  ['OTEL_TRACES_EXPORTER', 'zipkin'],
  ['OTEL_TRACES_EXPORTER', 'otlp,none'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
  ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'grpc'],
  ['OTEL_PROPAGATORS', 'tracecontext,b3'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ['OTEL_TRACES_SAMPLER_ARG', ' '],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector.example'],
])('where traces are asked for, %s=%s is refused by name, without its value', async (variable, value) => {
  const faults = await faultsOf({ ...OAUTH, ...ASKED, [variable]: value });
  expect(faults).toEqual([{ variable, problem: expect.stringMatching(/^must be /) }]);
  if (value.trim() !== '') expect(faults[0]?.problem).not.toContain(value);
});

test('its faults come with all others', async () => {
  const faults = await faultsOf({ ...ASKED, PORT: 'x', OTEL_TRACES_SAMPLER: 'x', AUTH_ZZZ: 'x' });
  expect(faults.map(({ variable }) => variable)).toEqual(['PORT', 'OTEL_TRACES_SAMPLER', 'AUTH_ZZZ']);
});

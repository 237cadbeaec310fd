/**
 * Reads OpenTelemetry's variables for traces, as far as this gateway supports them. The parts of the SDK read some of them
 * themselves: endpoint, headers, certificates, limits, resource.
 */
import type { Fault } from './config-error.ts';
import { Environment, type Variables } from './environment.ts';
import { Problem } from './problem.ts';
import { fixed, open, type Parser } from './setting.ts';
import { oneOf, splitList } from './value-parsers.ts';

export interface TracingSettings {
  /** At least one. */
  readonly exporters: readonly ('otlp' | 'console')[];
  readonly otlpProtocol: 'http/protobuf' | 'http/json';
  /** Whether W3C trace context is accepted from callers and sent to Redox. */
  readonly propagates: boolean;
  readonly sampler: Sampler;
  /** The fraction of traces that `traceidratio` samples, from 0 to 1. */
  readonly sampledRatio: number;
}

type Sampler = (typeof SAMPLERS)[number];

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const TRACING_VARIABLES = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
];

const protocol = oneOf('http/protobuf', 'http/json');
const VARIABLES = {
  endpoint: open('OTEL_EXPORTER_OTLP_ENDPOINT', collectorUrl, '', ''),
  tracesEndpoint: open('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', collectorUrl, '', ''),
  exporters: fixed('OTEL_TRACES_EXPORTER', listOf('otlp', 'console'), 'otlp', ''),
  tracesProtocol: open('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', protocol, '', ''),
  protocol: fixed('OTEL_EXPORTER_OTLP_PROTOCOL', protocol, 'http/protobuf', ''),
  propagators: fixed('OTEL_PROPAGATORS', listOf('tracecontext', 'baggage', 'none'), 'tracecontext', ''),
  sampler: fixed('OTEL_TRACES_SAMPLER', oneOf(...SAMPLERS), 'parentbased_always_on', ''),
  sampledRatio: fixed('OTEL_TRACES_SAMPLER_ARG', fraction, '1', ''),
};

/** `tracing` is null when no variable enables traces. */
export function readTracing(variables: Variables): {
  readonly tracing: TracingSettings | null;
  readonly faults: readonly Fault[];
} {
  const isWanted = TRACING_VARIABLES.some((name) => (variables[name] || 'none') !== 'none');
  const isOff = variables['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  if (!isWanted || isOff || variables['OTEL_TRACES_EXPORTER'] === 'none')
    return { tracing: null, faults: [] };
  const env = new Environment(variables);
  // The SDK reads them by itself, and what is no URL it would replace by the default, which is this machine.
  for (const endpoint of [VARIABLES.endpoint, VARIABLES.tracesEndpoint]) env.read(endpoint);
  const propagators = env.read(VARIABLES.propagators);
  const otlpProtocol = env.read(VARIABLES.protocol);
  const tracing = {
    exporters: env.read(VARIABLES.exporters),
    otlpProtocol: env.read(VARIABLES.tracesProtocol) ?? otlpProtocol,
    propagates: propagators.includes('tracecontext') && !propagators.includes('none'),
    sampler: env.read(VARIABLES.sampler),
    sampledRatio: env.read(VARIABLES.sampledRatio),
  };
  return { tracing, faults: env.faults };
}

/** A comma-separated list without duplicates. */
function listOf<const Word extends string>(...words: readonly Word[]): Parser<readonly Word[]> {
  const problem = new Problem(`must be a comma-separated list of ${words.join(', ')}`);
  return (text) => {
    const given = new Set(splitList(text));
    const known = words.filter((word) => given.has(word));
    return known.length === given.size ? known : problem;
  };
}

/** Unlike for a setting of ours, credentials and a query are the collector's matter. */
function collectorUrl(text: string): string | Problem {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
    ? text
    : new Problem('must be an http or https URL');
}

function fraction(text: string): number | Problem {
  const value = Number(text.trim() || Number.NaN);
  return value >= 0 && value <= 1 ? value : new Problem('must be a number from 0 to 1');
}

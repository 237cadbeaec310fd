/** OpenTelemetry's variables keep their meaning, though only parts of its SDK are here: seen from a collector. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { portOf } from '../redox/upstream.ts';
import { postOperation } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { until } from '../support/until.ts';

interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function startCollector() {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    deliveries.push({ path: request.url ?? '', headers: request.headers, body });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${portOf(server.address())}`, deliveries };
}

/** Spans are sent at once, not after some seconds. */
const AT_ONCE = { OTEL_BSP_SCHEDULE_DELAY: '1' };

/** One operation, and the end once `isDone`. */
async function runWith(
  env: Record<string, string>,
  isDone: () => boolean = () => true,
  headers: Record<string, string> = {},
) {
  const { url, child, ended, output } = await startGatewayProcess({ ...AT_ONCE, ...env });
  await postOperation(url, { query: '{ __typename }' }, headers);
  await until(isDone);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  return output;
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[];
  }[];
}

function readJson({ body }: Delivery) {
  const { resourceSpans } = JSON.parse(body.toString()) as Sent;
  const attributes = resourceSpans.flatMap(({ resource }) =>
    resource.attributes.map(({ key, value }) => [key, value.stringValue] as const),
  );
  const names = resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
  );
  return { resource: Object.fromEntries(attributes), names };
}

test('protobuf, under the path for traces, and of this process nothing but its name, by default', async () => {
  const { url, deliveries } = await startCollector();
  await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/base` }, () => deliveries.length > 0);
  const [delivery] = deliveries;
  expect(delivery?.path).toBe('/base/v1/traces');
  expect(delivery?.headers['content-type']).toBe('application/x-protobuf');
  const text = delivery?.body.toString('latin1');
  expect(text).toContain('redox-media-gateway');
  expect(text).toContain('graphql.operation');
  expect(text).not.toMatch(/host\.name|process\.|os\.type/);
});

test('the endpoint, the headers and the protocol of traces go before those of all signals; name and resource', async () => {
  const { url, deliveries } = await startCollector();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/traces-only`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=all,x-one=1',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-tenant=traces',
    OTEL_SERVICE_NAME: 'media-of-general',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test,service.name=ignored',
    OTEL_NODE_RESOURCE_DETECTORS: 'env,os',
  };
  await runWith(env, () => deliveries.length > 0);
  expect(deliveries.map(({ path }) => path)).toEqual(['/traces-only']);
  const [delivery] = deliveries;
  expect(delivery?.headers).toMatchObject({ 'x-tenant': 'traces', 'x-one': '1' });
  const { resource, names } = readJson(delivery ?? expect.fail('nothing came'));
  expect(names).toEqual(['graphql.operation']);
  expect(resource).toMatchObject({
    'service.name': 'media-of-general',
    'deployment.environment': 'test',
    'os.type': expect.any(String),
  });
  expect(resource).not.toHaveProperty('host.name');
});

test.each<[Record<string, string>]>([
  [{ OTEL_TRACES_SAMPLER: 'always_off' }],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }],
  [{ OTEL_SDK_DISABLED: 'true' }],
  [{ OTEL_TRACES_EXPORTER: 'none' }],
])('with %j nothing is sent', async (env) => {
  const { url, deliveries } = await startCollector();
  await runWith({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env });
  expect(deliveries).toEqual([]);
});

test('a sampler by its parent follows the decision of the caller', async () => {
  const { url, deliveries } = await startCollector();
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await runWith(
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
    () => deliveries.length > 0,
    { traceparent },
  );
  expect(deliveries).toHaveLength(1);
});

test('batches have at most as many spans as the variable says', async () => {
  const { url, deliveries } = await startCollector();
  const gateway = await startGatewayProcess({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '2',
  });
  for (let sent = 0; sent < 5; sent += 1) await postOperation(gateway.url, { query: '{ __typename }' });
  gateway.child.kill('SIGTERM');
  await gateway.ended;
  expect(deliveries.map((one) => readJson(one).names.length).toSorted()).toEqual([1, 2, 2]);
});

test('the console is an exporter, too', async () => {
  const { stdout } = await runWith({ OTEL_TRACES_EXPORTER: 'console' });
  expect(stdout).toContain("name: 'graphql.operation'");
});

test('a diagnosis of the SDK is printed where OTEL_LOG_LEVEL asks for it', async () => {
  const { url } = await startCollector();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' };
  expect((await runWith({ ...env, OTEL_LOG_LEVEL: 'warn' })).stderr).toContain('OTEL_EXPORTER_OTLP_TIMEOUT');
  expect((await runWith(env)).stderr).toBe('');
});

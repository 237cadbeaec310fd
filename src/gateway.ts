/** The composition root: settings in, a running gateway out. Every part is made here, and closed here. */
import { randomUUID } from 'node:crypto';
import type { Access } from './audit/access.ts';
import { type AuditLog, logToFile, logToStdout } from './audit/audit-log.ts';
import { toAuditEvent } from './audit/fhir.ts';
import { createPatientHash } from './audit/patient-hash.ts';
import { AuditTrail } from './audit/trail.ts';
import { type Config, ConfigError } from './config.ts';
import { AnswerBudget } from './graphql/answer-budget.ts';
import { startApollo } from './graphql/apollo.ts';
import type { Context } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { Seal } from './graphql/seal.ts';
import { createApp } from './http/app.ts';
import { type Caller, createCallerCheck, createSandboxCallerCheck } from './http/caller.ts';
import { CallBudget } from './media/call-budget.ts';
import { MediaLoader } from './media/loader.ts';
import { authorityOf } from './media/rights.ts';
import { Scheduler } from './media/scheduler.ts';
import { createRedoxClient, type RedoxClient } from './redox/client.ts';
import type { RedoxSettings } from './redox/settings.ts';
import { type Sandbox, startSandbox } from './sandbox/sandbox.ts';
import type { GatewayLog } from './telemetry/log.ts';

export interface Gateway {
  /** Where GraphQL is, e.g. `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** The embedded Redox, when no credentials are set. */
  readonly sandbox: Sandbox | null;
  /** Stops taking operations, lets those in flight finish, then ends. */
  close(): Promise<void>;
}

export async function startGateway(config: Config, log: GatewayLog): Promise<Gateway> {
  const auditLog = openAuditLog(config.audit);
  const sandbox =
    config.redox.kind === 'sandbox' ? await startSandbox({ latencyMs: config.sandbox.latencyMs }) : null;
  const settings = sandbox ? settingsOfSandbox(sandbox, config) : realSettings(config);
  const redox = createRedoxClient(settings);
  const readiness = { draining: false, hasToken: () => redox.ready() };
  const { introspection } = config;
  const presetHeaders = presetHeadersFor(config.auth);
  const apollo = await startApollo({
    schema: createSchema(),
    introspection,
    presetHeaders,
    persistedDocuments: config.persistedDocuments,
    limits: config.limits,
    auditOnFailure: config.audit.onFailure,
    log,
  });
  const app = await createApp({
    apollo,
    identifyCaller:
      sandbox && config.auth.mode === 'none'
        ? createSandboxCallerCheck()
        : createCallerCheck(config.auth, log.callerKeysUnavailable),
    createContext: contextFactory(config, redox, [...settings.destinations.keys()], { log, auditLog }),
    operationTimeoutMs: config.operationTimeoutMs,
    maxBodyBytes: config.limits.bodyBytes,
    corsOrigins: config.corsOrigins,
    pages: { shown: introspection, presetHeaders },
    readiness,
    reportInternalError: ({ error }) => log.internalError({ reference: randomUUID(), error }),
  });
  const close = async () => {
    readiness.draining = true;
    await app.close();
    await apollo.stop();
    await redox.close();
    auditLog.close();
    await sandbox?.close();
  };
  try {
    const address = await app.listen({ ...config.listener });
    return { url: `${address}/graphql`, sandbox, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws ConfigError: a trail that cannot be gone on with is a setting to mend, before anything is answered. */
function openAuditLog({ file, format }: Config['audit']): AuditLog {
  const form =
    format === 'fhir' ? (access: Access) => ({ resource: toAuditEvent(access) }) : (access: Access) => access;
  if (file === null) return logToStdout(form);
  try {
    return logToFile(file, form);
  } catch {
    const problem = 'must name a file that can be written, and that is empty or ends as an audit trail does';
    throw new ConfigError([{ variable: 'AUDIT_FILE', problem }]);
  }
}

/** Of the pages that explore the schema: a place to put one's token, where one is needed. */
function presetHeadersFor({ mode }: Config['auth']): Readonly<Record<string, string>> {
  return mode === 'jwt' ? { authorization: 'Bearer TOKEN' } : {};
}

/** For quota and deadlines: a wall clock that is set back would stop all calls until it has caught up. */
const clock = () => performance.now();

function contextFactory(
  { audit, batching, limits: { nodes: mostNodes }, operationTimeoutMs, secrets, upstream }: Config,
  redox: RedoxClient,
  aliases: readonly string[],
  { log, auditLog }: { readonly log: GatewayLog; readonly auditLog: AuditLog },
): (caller: Caller, signal: AbortSignal) => Context {
  const limits = {
    patients: batching.maxPatients,
    visits: batching.maxPatients,
    documents: batching.maxPatients,
  };
  const scheduler = new Scheduler({
    query: (destination, query, signal) => redox.query(destination, query, signal),
    destinations: aliases,
    concurrency: upstream.concurrency,
    rate: upstream.rate,
    maxResponseBytes: upstream.maxResponseBytes,
    limits,
    clock,
    events: { onCall: log.redoxCall, onStrangers: log.strangers },
  });
  const [defaultDestination = ''] = aliases;
  const shared = {
    destinations: { aliases, default: defaultDestination },
    ids: new Seal(secrets, 'id'),
    cursors: new Seal(secrets, 'cursor'),
  };
  const hashPatient = createPatientHash(secrets);
  return ({ rights, subject, clientId }, signal) => {
    const share = batching.scope === 'authority' ? authorityOf(rights) : randomUUID();
    const deadline = clock() + operationTimeoutMs;
    const budget = new CallBudget(batching.maxCallsPerOperation, limits);
    const trail = new AuditTrail({
      subject,
      client: clientId,
      hashPatient,
      plain: audit.patients === 'plain',
    });
    const loader = new MediaLoader(scheduler, {
      rights,
      share,
      signal,
      deadline,
      budget,
      onOutcome: trail.note,
    });
    const recordAccesses: Context['recordAccesses'] = (operation) =>
      auditLog.append(trail.accesses(operation));
    return { ...shared, rights, recordAccesses, loader, answer: new AnswerBudget(mostNodes) };
  };
}

function settingsOfSandbox(
  { url, tokenUrl, credentials, destinations }: Sandbox,
  config: Config,
): RedoxSettings {
  const { clientId, keyId, privateKeyPem, sourceId } = credentials;
  return {
    ...config.upstream,
    apiUrl: url,
    tokenUrl,
    credentials: { kind: 'oauth', clientId, keyId, privateKey: privateKeyPem },
    sourceId,
    destinations: new Map(Object.entries(destinations)),
  };
}

function realSettings({ redox, upstream }: Config): RedoxSettings {
  if (redox.kind === 'sandbox') throw new Error('the embedded Redox is not running');
  return { ...redox, ...upstream };
}

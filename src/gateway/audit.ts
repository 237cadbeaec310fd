/** Creates the audit trail from the settings, and the entries of operations in it. */
import { AuditLog } from '../audit/audit-log.ts';
import { START } from '../audit/chain.ts';
import { auditEventForm } from '../audit/fhir.ts';
import { type OpenedSink, openSink } from '../audit/open-sink.ts';
import { OperationAudit } from '../audit/operation-audit.ts';
import { sinkOfStream } from '../audit/stream-sink.ts';
import type { Clock } from '../clock.ts';
import { AUDIT_FILE_PROBLEM } from '../config/audit-settings.ts';
import { type Config, ConfigError } from '../config/config.ts';
import { createTextHmac } from '../hmac.ts';
import type { Caller } from '../media/model/rights.ts';
import type { GatewayLog } from '../telemetry/log.ts';

/** The URL of the embedded Redox, which is started after the trail is opened, on any port. */
const EMBEDDED_REDOX_URL = 'http://127.0.0.1';

/** @throws ConfigError: a trail that cannot be continued is a setting to correct before any caller is served. */
export async function openAuditLog(
  { audit, redox }: Pick<Config, 'audit' | 'redox'>,
  clock: Clock,
  log: GatewayLog,
): Promise<AuditLog> {
  const { format, onFailure } = audit;
  const redoxUrl = redox.kind === 'sandbox' ? EMBEDDED_REDOX_URL : redox.apiUrl;
  return new AuditLog({
    ...(await openConfiguredSink(audit)),
    ...(format === 'fhir' && { form: auditEventForm(redoxUrl) }),
    onFailure,
    clock,
    reportFailed: log.auditFailed,
    reportRestored: log.auditRestored,
  });
}

async function openConfiguredSink({ file }: Config['audit']): Promise<OpenedSink> {
  // On stdout, each start begins a chain of its own.
  if (file === undefined) return { sink: sinkOfStream(process.stdout), last: START };
  try {
    return await openSink(file);
  } catch {
    throw new ConfigError([{ variable: 'AUDIT_FILE', problem: AUDIT_FILE_PROBLEM }]);
  }
}

/** Creates the entries of one operation, download or upload. `deadline`: in milliseconds of the clock. */
export type CreateAudit = (
  caller: Pick<Caller, 'subject' | 'clientId' | 'token'>,
  address: string,
  deadline: number,
) => OperationAudit;

export function auditorOf(
  { audit, secrets }: Pick<Config, 'audit' | 'secrets'>,
  { auditLog: log, clock }: { readonly auditLog: AuditLog; readonly clock: Clock },
): CreateAudit {
  const hash = createTextHmac(secrets, 'audit-patient/v1');
  const showsIdentifiers = audit.patients === 'plain';
  return (caller, address, deadline) =>
    new OperationAudit({ caller, address, deadline, hash, showsIdentifiers, clock, log });
}

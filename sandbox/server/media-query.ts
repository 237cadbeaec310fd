/** Parses the body of a call into a Media Query, or refuses it with the status and error entry that Redox would return. */
import { z } from 'zod';
import type { ChartIdentifier } from '../charts/chart.ts';
import { findDestination, type RedoxDestination } from './destinations.ts';
import { RefusedQuery } from './refused-query.ts';

/** A parsed Media Query. Null: no such filter (absent or `[]`), so everything matches. */
export interface ParsedQuery {
  readonly destination: RedoxDestination;
  readonly sourceId: string | null;
  readonly test: boolean;
  readonly facilityCode: string | null;
  /** Each entry is one patient, who must have all its identifiers; several patients are alternatives. */
  readonly patients: readonly (readonly ChartIdentifier[])[] | null;
  readonly visitNumbers: readonly string[] | null;
  readonly documentTypes: readonly string[] | null;
  readonly documentIds: readonly string[] | null;
}

export interface QueryRules {
  /** The source to which the key belongs; a query may name it or no source. */
  readonly sourceId: string;
  readonly maxPatientsPerQuery: number;
}

export const META = z.object({
  DataModel: z.string().nullish(),
  EventType: z.string().nullish(),
  Test: z.boolean().nullish(),
  FacilityCode: z.string().nullish(),
  Source: z.object({ ID: z.string().nullish() }).nullish(),
  Destinations: z.array(z.object({ ID: z.string() })).nullish(),
});
const ENVELOPE = z.object({ Meta: META });
type Meta = z.infer<typeof META>;

// The schema allows null inside Identifiers; a destination's reaction is undefined, so this one refuses it.
const IDENTIFIER = z
  .object({ ID: z.string().min(1), IDType: z.string().min(1) })
  .transform(({ ID, IDType }): ChartIdentifier => ({ id: ID, idType: IDType }));
const PATIENT = z.object({ Identifiers: z.array(IDENTIFIER).min(1) });
const FILTERS = z.object({
  Patients: z.array(PATIENT).optional(),
  VisitNumbers: z.array(z.string()).optional(),
  DocumentTypes: z.array(z.string()).optional(),
  DocumentIDs: z.array(z.string()).optional(),
});

export function parseMediaQuery(body: unknown, rules: QueryRules): ParsedQuery {
  if (body === undefined) throw new RefusedQuery(400, 'malformedJson', 'The request body is not valid JSON.');
  const envelope = ENVELOPE.safeParse(body);
  if (!envelope.success) {
    throw new RefusedQuery(400, 'invalidMessage', `Invalid Meta: ${describeIssues(envelope.error)}`);
  }
  const meta = envelope.data.Meta;
  const destination = readDestination(meta, rules.sourceId);
  const filters = FILTERS.safeParse(body);
  if (!filters.success) {
    throw new RefusedQuery(400, 'invalidMessage', `Invalid message: ${describeIssues(filters.error)}`);
  }
  const query: ParsedQuery = {
    destination,
    sourceId: meta.Source?.ID ?? null,
    test: meta.Test ?? false,
    facilityCode: meta.FacilityCode ?? null,
    patients: nonEmpty(filters.data.Patients?.map((patient) => patient.Identifiers)),
    visitNumbers: nonEmpty(filters.data.VisitNumbers),
    documentTypes: nonEmpty(filters.data.DocumentTypes),
    documentIds: nonEmpty(filters.data.DocumentIDs),
  };
  refuseByDestination(query, rules.maxPatientsPerQuery);
  return query;
}

/** Checks what Redox checks before it queries a destination: data model, event, exactly one destination, a subscription. */
function readDestination(meta: Meta, sourceId: string): RedoxDestination {
  if (meta.DataModel !== 'Media')
    throw new RefusedQuery(403, 'dataModels', 'No such data model for this key.');
  if (meta.EventType !== 'Query')
    throw new RefusedQuery(403, 'dataModels', 'No such event type for this key.');
  const [first, second] = meta.Destinations ?? [];
  if (first === undefined) throw new RefusedQuery(403, 'invalidMessage', 'Meta.Destinations is missing.');
  if (second !== undefined) {
    throw new RefusedQuery(
      400,
      'subscriptions',
      'A query cannot have more than one synchronous destination.',
    );
  }
  const destination = findDestination(first.ID);
  const isSubscribed = destination !== undefined && (meta.Source?.ID ?? sourceId) === sourceId;
  if (!isSubscribed) {
    const text = `No subscriptions found for destination ${first.ID}; see https://dashboard.invalid/subscriptions`;
    throw new RefusedQuery(400, 'subscriptions', text);
  }
  return destination;
}

/** Checks what the destination behind Redox would refuse. The text of the error quotes the query, as real ones may. */
function refuseByDestination(query: ParsedQuery, maxPatients: number): void {
  const { patients, visitNumbers, documentIds } = query;
  if (patients === null && visitNumbers === null && documentIds === null) {
    throw new RefusedQuery(
      400,
      'transmission',
      'Destination returned status code 400: the query is too broad.',
    );
  }
  if (patients !== null && patients.length > maxPatients) {
    const [first] = patients[0] ?? [];
    const text = `Destination returned status code 400: ${patients.length} patients, the first ${first?.id}.`;
    throw new RefusedQuery(400, 'transmission', text);
  }
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list === undefined || list.length === 0 ? null : list;
}

export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}

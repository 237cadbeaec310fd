/** Errors in words: what each code means to the user of the chart, and what can be done. */
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly advice: string;
  /** What Redox's support asks for. */
  readonly logIds: readonly string[];
}

const WORDS: Readonly<Record<string, readonly [title: string, advice: string]>> = {
  UNAUTHENTICATED: ['The token is not valid.', 'It may have expired. Enter a new one.'],
  FORBIDDEN: [
    'Your rights do not cover this.',
    'The token allows other patients, destinations or actions. Ask for a token with the rights that you need.',
  ],
  BAD_USER_INPUT: ['The gateway does not accept what was entered.', 'Check the fields and try again.'],
  AMBIGUOUS_VISIT: [
    'Several patients share this visit number.',
    'Open the visit through the chart of its patient.',
  ],
  CONTENT_TOO_LARGE: ['The file is too large to be shown here.', 'Download it instead.'],
  CONTENT_UNDECODABLE: [
    'The file is broken.',
    'The health system sent contents that are not a file. The rest of the document is shown.',
  ],
  UPSTREAM_TIMEOUT: ['Redox did not respond in time.', 'Try again in a moment.'],
  UPSTREAM_UNAVAILABLE: [
    'Redox cannot be reached.',
    'Documents may exist that are not shown here. Try again in a moment.',
  ],
  UPSTREAM_REJECTED: [
    'Redox or the health system refused the request.',
    'Check that the patient and the destination are right.',
  ],
  UPSTREAM_PROTOCOL: [
    'The health system sent something that cannot be used safely.',
    'None of it is shown, so that no documents of another patient appear here.',
  ],
  UNATTRIBUTED: [
    'The health system sent documents, but none that names this patient.',
    'The chart is not empty. Try another identifier of the patient.',
  ],
  CURSOR_EXPIRED: ['Changes may have been missed.', 'The chart was loaded again.'],
  RATE_LIMITED: ['There are too many requests at the moment.', 'Wait a little, then try again.'],
  OVERLOADED: ['The gateway is busy.', 'Try again in a moment.'],
  UNKNOWN: [
    'It is not known whether Redox has accepted it.',
    'It was sent, and may have been filed. Look for it in the chart before you send it again.',
  ],
  NETWORK: ['The gateway cannot be reached.', 'Check the connection, then try again.'],
};

const OTHERWISE = [
  'Something went wrong.',
  'Try again. If the error persists, tell the operators of the gateway.',
] as const;

interface ErrorLike {
  readonly message?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: unknown;
    readonly outcome?: unknown;
    readonly redox?: { readonly logIds?: readonly string[] };
  };
}

export function problemOf(code: string, logIds: readonly string[] = []): Problem {
  const [title, advice] = WORDS[code] ?? OTHERWISE;
  return { code, title, advice, logIds };
}

export function describeError(error: unknown): Problem {
  const [first] = listErrors(error);
  return first === undefined ? problemOf('NETWORK') : describe(first);
}

/** The error of a list, as a whole or in part; null: only files of single documents failed, which their tiles show. */
export function describeListError(error: unknown): Problem | null {
  if (error === undefined || error === null) return null;
  const errors = listErrors(error);
  if (errors.length === 0) return problemOf('NETWORK');
  const ofList = errors.find(({ path = [] }) => !path.includes('content'));
  return ofList === undefined ? null : describe(ofList);
}

function describe(first: ErrorLike): Problem {
  const { code, redox, outcome } = first.extensions ?? {};
  if (outcome === 'UNKNOWN') return problemOf('UNKNOWN', redox?.logIds ?? []);
  return problemOf(typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR', redox?.logIds ?? []);
}

export function isUnauthenticated(error: unknown): boolean {
  return listErrors(error).some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
}

function listErrors(error: unknown): readonly ErrorLike[] {
  if (CombinedGraphQLErrors.is(error)) return error.errors as readonly ErrorLike[];
  if (ServerError.is(error)) return readErrors(error.bodyText);
  return [];
}

/** Parses a response outside GraphQL, which has the same shape. */
export function readErrors(body: string): readonly ErrorLike[] {
  try {
    const { errors = [] } = JSON.parse(body) as { errors?: readonly ErrorLike[] };
    return errors;
  } catch {
    return [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }];
  }
}

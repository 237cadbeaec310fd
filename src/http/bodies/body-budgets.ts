/**
 * Limits the size of request bodies, and the bytes of all bodies that are held at once. Bodies with files have a budget of their
 * own.
 */
import { constants } from 'node:buffer';
import { type Caller, callerKey } from '../../media/model/rights.ts';
import type { BodyRules } from './body-reader.ts';
import { ByteBudget } from './byte-budget.ts';

export interface BodyLimits {
  /** The limit for a GraphQL document and its variables, without files. */
  readonly maxBodyBytes: number;
  /** The limit for all files of a request, decoded. */
  readonly maxBase64Bytes: number;
}

const MIB = 1024 * 1024;

/**
 * The budget of one caller for bodies without files, while they arrive: thousands of usual ones (1 to 4 kB), or 32 of the
 * largest.
 */
const SMALL_CALLER_BYTES = 8 * MIB;
/** One or two callers who never finish sending leave room for the others. */
const SMALL_PROCESS_BYTES = 24 * MIB;
/**
 * Reserved for callers who hold no body, as a number of bodies of the largest size: three other callers may have taken the rest.
 */
const SMALL_RESERVED = 4;

/**
 * How many bodies of the largest size with files are held until their operation is over; each has 14 MB by default, and parsing
 * takes twice as much for a short time. Clients upload larger numbers of files by `POST /uploads`, which does not hold them.
 */
const LARGE_PER_PROCESS = 3;
/** One caller leaves room for the others. */
const LARGE_PER_CALLER = 2;
/** Reserved for a caller who holds no body with files: a caller who holds one gets a second one only while a third is free. */
const LARGE_RESERVED = 1;

/** Bodies with files have a separate budget, so that they leave room for bodies without files. */
export class BodyBudgets {
  readonly #limits: Record<'small' | 'large', number>;
  readonly #small: ByteBudget;
  readonly #large: ByteBudget;

  constructor({ maxBodyBytes: small, maxBase64Bytes }: BodyLimits) {
    const large = Math.min(small + 4 * Math.ceil(maxBase64Bytes / 3), constants.MAX_STRING_LENGTH);
    this.#limits = { small, large };
    // LIMIT_BODY_BYTES may be as large as 16 MiB.
    this.#small = new ByteBudget({
      processBytes: Math.max(SMALL_PROCESS_BYTES, 4 * small),
      callerBytes: Math.max(SMALL_CALLER_BYTES, 2 * small),
      reservedBytes: Math.min(SMALL_RESERVED * small, SMALL_PROCESS_BYTES / 4),
    });
    this.#large = new ByteBudget({
      processBytes: LARGE_PER_PROCESS * large,
      callerBytes: LARGE_PER_CALLER * large,
      reservedBytes: LARGE_RESERVED * large,
    });
  }

  /** `statedBytes`: null when the length of the body is not known in advance. Only writes contain files. */
  open(caller: Caller, statedBytes: number | null): Pick<BodyRules, 'maxBytes' | 'reservation'> {
    const { small, large } = this.#limits;
    const mayBeLarge = caller.rights.scopes.has('media:write') && (statedBytes ?? large) > small;
    const key = callerKey(caller);
    return mayBeLarge
      ? { maxBytes: large, reservation: this.#large.open(key) }
      : { maxBytes: small, reservation: this.#small.open(key) };
  }
}

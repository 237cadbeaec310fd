/** How large the body of a request may be, and how many bytes of bodies are held at once: small ones apart from those with files. */
import { constants } from 'node:buffer';
import { type Caller, callerKey } from '../media/model/rights.ts';
import type { BodyRules } from './body-reader.ts';
import { ByteBudget } from './byte-budget.ts';

export interface BodyLimits {
  /** The limit for a GraphQL document and its variables, without files. */
  readonly maxBodyBytes: number;
  /** The limit for all files of a request, decoded. */
  readonly maxBase64Bytes: number;
}

const MIB = 1024 * 1024;

/** Of bodies without files, while they arrive: thousands of usual ones (1 to 4 kB), 32 of the largest of one caller. */
const SMALL_CALLER_BYTES = 8 * MIB;
/** One or two callers who send nothing to the end leave room for the others. */
const SMALL_PROCESS_BYTES = 24 * MIB;
/** In bodies of the largest size, for callers who hold none: three others may have filled the rest. */
const SMALL_KEPT = 4;

/**
 * Of bodies with files, until their operation is over, in bodies of the largest size: 14 MB each by default. Parsing takes
 * twice as much again for a moment. Files in larger numbers use `POST /uploads`, where they are not held.
 */
const LARGE_PER_PROCESS = 3;
/** One caller leaves room for the others. */
const LARGE_PER_CALLER = 2;
/** For a caller who holds none: who has one has a second only where a third is free. */
const LARGE_KEPT = 1;

/** Bodies with files have a budget of their own, so that they leave room for those without. */
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
      keptBytes: Math.min(SMALL_KEPT * small, SMALL_PROCESS_BYTES / 4),
    });
    this.#large = new ByteBudget({
      processBytes: LARGE_PER_PROCESS * large,
      callerBytes: LARGE_PER_CALLER * large,
      keptBytes: LARGE_KEPT * large,
    });
  }

  /** `statedBytes`: null when the length of the body is not known before its end. Only writes have files. */
  open(caller: Caller, statedBytes: number | null): Pick<BodyRules, 'maxBytes' | 'reservation'> {
    const { small, large } = this.#limits;
    const mayBeLarge = caller.rights.scopes.has('media:write') && (statedBytes ?? large) > small;
    const key = callerKey(caller);
    return mayBeLarge
      ? { maxBytes: large, reservation: this.#large.open(key) }
      : { maxBytes: small, reservation: this.#small.open(key) };
  }
}

/**
 * FUZZ_SEED and FUZZ_PATH, as a property that failed printed them (`seed` and `path`): the same cases again, or only the
 * one that failed. docs/testing.md says how.
 */
const seed = process.env['FUZZ_SEED'];
const path = process.env['FUZZ_PATH'];

/** Parameters of fast-check. */
export const replayed = {
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path, endOnFailure: true }),
};

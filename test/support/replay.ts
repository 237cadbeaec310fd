/**
 * Which random cases properties and fuzzers draw. `npm test` draws the same ones at every run, so that it never fails by
 * chance, and the run that fails is that of the change that broke something; `npm run test:fuzz` draws others each time.
 * FUZZ_SEED and FUZZ_PATH, as a property that failed printed them (`seed` and `path`), draw its cases again, or only the one
 * that failed. docs/testing.md says how.
 */
const path = process.env['FUZZ_PATH'];

/** Parameters of fast-check. */
export const replayed = {
  seed: Number(process.env['FUZZ_SEED'] ?? 417),
  ...(path !== undefined && { path, endOnFailure: true }),
};

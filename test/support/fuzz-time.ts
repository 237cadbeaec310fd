/** How long a fuzzer runs: 10 s among the tests, as long as FUZZ_SECONDS says where that is set. A failure prints its seed. */
const GIVEN = process.env['FUZZ_SECONDS'];
const FUZZ_MS = Number(GIVEN ?? 10) * 1000;

/** True where a fuzzer has the machine to itself, so that it may look at times. */
export const FUZZES_ALONE = GIVEN !== undefined;

/** For fast-check: as many runs as the time allows. */
export const BY_TIME = { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: FUZZ_MS };

/** For vitest: a fuzzer ends by itself, and a failure is then made small. */
export const FUZZ_TIMEOUT_MS = FUZZ_MS + 60_000;

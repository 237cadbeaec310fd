/** How long a soak lasts: two minutes, or as long as SOAK_SECONDS says. */
export const SOAK_SECONDS = Number(process.env['SOAK_SECONDS'] ?? 120);

/** For vitest: time to start, and to look at what came of it. */
export const SOAK_TIMEOUT_MS = SOAK_SECONDS * 1000 + 60_000;

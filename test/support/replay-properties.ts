/** Loaded into every test file (vitest.config.ts): every property of fast-check obeys FUZZ_SEED and FUZZ_PATH. */
import { replayed } from './replay.ts';

// Most files have no property, and most runs no seed: they need not load it.
if (Object.keys(replayed).length > 0) (await import('fast-check')).default.configureGlobal(replayed);

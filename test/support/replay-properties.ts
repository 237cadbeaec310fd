/** Loaded into every test file (vitest.config.ts): every property of fast-check draws the cases that replay.ts says. */
import fc from 'fast-check';
import { replayed } from './replay.ts';

fc.configureGlobal(replayed);

/** Loaded into every test file (vitest.config.ts): fails it when a canary was found anywhere it must not be. */
import { afterAll, expect } from 'vitest';
import { findCanaries } from './canaries.ts';

afterAll(() => {
  expect(findCanaries()).toEqual([]);
});

/** Loaded into every test file (vitest.config.ts): fails it when a canary was found anywhere it must not be. */
import { afterAll, expect } from 'vitest';
import { findCanaries, forgetCanaries } from './canaries.ts';

afterAll(() => {
  const found = findCanaries();
  forgetCanaries();
  expect(found).toEqual([]);
});

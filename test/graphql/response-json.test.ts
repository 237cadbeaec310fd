/** Long responses are written in steps, and are the same text as when they are written at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { responseWriter, writeInSteps } from '../../src/graphql/server/response-json.ts';
import { finishAtOnce, TimeSlices } from '../../src/time-slices.ts';
import { stringifyWellFormed } from '../../src/well-formed-json.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('any value, in steps of any size', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '"', '\\ud800'));
  const value = fc.oneof(
    fc.object({ key: text, values: [text, fc.integer(), fc.boolean(), fc.constant(null)] }),
    fc.array(fc.object({ values: [text, fc.constant(undefined)] })),
  );
  fc.assert(
    fc.property(value, fc.integer({ min: 0, max: 20 }), (response, maxAtOnce) => {
      expect(finishAtOnce(writeInSteps(response, maxAtOnce))).toBe(stringifyWellFormed(response));
    }),
  );
});

test('a response of twenty thousand documents takes many steps, the usual one none', async () => {
  const node = { documentId: 'SYN-1', patient: { identifiers: [{ value: 'SYN-1' }] } };
  const response = (count: number) => ({ data: { a: { b: { nodes: Array(count).fill(node) } } } });
  expect([...writeInSteps(response(20_000))].length).toBeGreaterThan(1000);
  const write = responseWriter(new TimeSlices(new FakeClock()));
  expect(write(response(100))).toBe(JSON.stringify(response(100)));
  expect(await write(response(20_000))).toBe(JSON.stringify(response(20_000)));
});

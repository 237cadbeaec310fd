/** JSON as it leaves has no halves of surrogate pairs, and is otherwise as JSON.stringify writes it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringifyWellFormed } from '../src/well-formed-json.ts';

/** Any 16-bit units, and what looks like an escape of one. */
const text = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      fc.constantFrom('\\', '\\ud800', '\\\\ud800', 'ud83d', '\ud83d', '\ude00', '😀', '"', '\u2028', '\0'),
    ),
  )
  .map((parts) => parts.join(''));
/** Every text in it made well-formed. */
const heal = (value: unknown): unknown => {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(heal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toWellFormed(), heal(one)]));
};

test('any value', () => {
  const value = fc.object({
    key: fc.string(),
    values: [text, fc.integer(), fc.boolean(), fc.constant(null)],
  });
  fc.assert(
    fc.property(value, (object) => {
      const json = stringifyWellFormed(object);
      expect(json.isWellFormed()).toBe(true);
      expect(json).toBe(JSON.stringify(heal(object)));
    }),
  );
});

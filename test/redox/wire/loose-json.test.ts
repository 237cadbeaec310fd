import { describe, expect, it } from 'vitest';
import { asText, member, parseJson } from '../../../src/redox/wire/loose-json.ts';

describe('loose JSON', () => {
  it.each(['constructor', 'toString', '__proto__'])('has no member %s that was not sent', (name) => {
    expect(member({}, name)).toBeUndefined();
    expect(member(parseJson(Buffer.from(`{"${name}":1}`)), name)).toBe(1);
  });

  it.each([null, undefined, 7, 'text', ['list'], true])('has no members in %j', (value) => {
    expect(member(value, 'length')).toBeUndefined();
  });

  it.each([
    [42, '42'],
    [-0.5, '-0.5'],
    ['', ''],
    [2 ** 53, null],
    [Number.NaN, null],
    [Number.POSITIVE_INFINITY, null],
    [true, null],
    [{}, null],
  ])('reads %j as the text %j', (value, text) => {
    expect(asText(value)).toBe(text);
  });
});

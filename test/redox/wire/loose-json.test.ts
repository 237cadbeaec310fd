import { describe, expect, it } from 'vitest';
import { asObject, asText, member, parseJson } from '../../../src/redox/wire/loose-json.ts';

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
    [true, null],
    [{}, null],
  ])('reads %j as the text %j', (value, text) => {
    expect(asText(value)).toBe(text);
  });

  it.each(['9007199254740993', '12.50', '-0', '1e400'])('reads the number %s as it is written', (number) => {
    for (const json of [number, `[${number}]`, `{"a" : ${number}}`, `[1, ${number}]`]) {
      const parsed = parseJson(Buffer.from(json));
      const value = Array.isArray(parsed) ? parsed.at(-1) : (member(parsed, 'a') ?? parsed);
      expect(asText(value)).toBe(number);
      expect(asObject(value)).toBeNull();
    }
  });

  it('reads what stands within strings as it is', () => {
    const text = '"a":9007199254740993,[12.50';
    expect(parseJson(Buffer.from(JSON.stringify({ text, n: 12.5 })))).toEqual({ text, n: 12.5 });
  });
});

/** Long replies are read in steps, and say the same however long they are. */
import { describe, expect, test } from 'vitest';
import { RedoxError } from '../../../src/redox/redox-error.ts';
import { ReplyReader } from '../../../src/redox/reply/reply-reader.ts';
import { readReply } from './read-reply.ts';

describe('long replies', () => {
  const entry = (at: number) => `{"DocumentID":"SYN-${at}","FileContents":"QUJD","X":1.50}`;
  const entries = (count: number) => Array.from({ length: count }, (_, at) => entry(at));
  const message = (media: string) => `{"Meta":{"Logs":[{"ID":"log-1"}]}, "Media" : ${media} ,"More":1}`;
  const codeOf = (read: () => unknown) => {
    try {
      read();
    } catch (error) {
      if (error instanceof RedoxError) return { code: error.code, splittable: error.splittable };
      throw error;
    }
    return null;
  };

  test('are read in steps, a few entries in each', () => {
    const reader = new ReplyReader('skip');
    reader.push(Buffer.from(message(`[ ${entries(2000).join(' , ')} ]`)));
    const steps = reader.end();
    let count = 0;
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) count += 1;
    expect(count).toBe(8);
    expect(step.value.items.map(({ documentId }) => documentId)).toEqual(
      entries(2000).map((_, at) => `SYN-${at}`),
    );
    expect(step.value.logIds).toEqual(['log-1']);
  });

  test.each([
    ['a comma too many at the end', `[${entries(600).join()},]`],
    ['a comma too many where it is cut', `[${entries(250).join()},,${entries(9).join()}]`],
    ['no comma where it is cut', `[${entries(250).join()} ${entries(9).join()}]`],
    ['an entry that is closed as a list', `[${entries(600).join().slice(0, -1)}]]`],
    ['no end', `[${entries(600).join()}`],
    ['an entry that is none', `[${entries(600).join()},7]`],
  ])('with %s are no replies', (_, media) => {
    expect(codeOf(() => readReply(message(media), 'skip'))).toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  });

  test('may have 20,000 entries; of more, a smaller query may have fewer', () => {
    expect(readReply(message(`[${Array(20_000).fill('{}').join()}]`), 'skip').items).toHaveLength(20_000);
    const refused = { code: 'UPSTREAM_PROTOCOL', splittable: true };
    const tooMany = `[${Array(20_001).fill('{}').join()}]`;
    expect(codeOf(() => readReply(message(tooMany), 'skip'))).toEqual(refused);
    expect(codeOf(() => readReply(`{"Media":${tooMany},"Media":[]}`, 'skip'))).toEqual(refused);
  });

  test.each([
    ['no entries, but other text', `{"Meta":{},"X":[${'1,'.repeat(600_000)}1]}`],
    ['entries that are no objects', message(`[${'null,'.repeat(300_000)}null]`)],
    ['one entry', message(`[{"X":[${'1,'.repeat(600_000)}1]}]`)],
    ['one entry in place of a list', message(`{"X":[${'1,'.repeat(600_000)}1]}`)],
    ['brackets', '['.repeat(1_100_000)],
  ])('of a megabyte of %s are refused before they are parsed', (_, text) => {
    const reader = new ReplyReader('skip');
    expect(codeOf(() => reader.push(Buffer.from(text)))).toEqual({
      code: 'UPSTREAM_PROTOCOL',
      splittable: true,
    });
  });

  test('may name a patient by a thousand identifiers', () => {
    const named = (count: number) =>
      message(
        `[{"Patient":{"Identifiers":[${Array.from({ length: count }, (_, at) => `{"ID":"SYN-${at}","IDType":"MR"}`).join()}]}}]`,
      );
    expect(readReply(named(1000), 'skip').items[0]?.identifiers).toHaveLength(1000);
    expect(codeOf(() => readReply(named(1001), 'skip'))).toMatchObject({ code: 'UPSTREAM_PROTOCOL' });
  });

  test('may have a hundred thousand identifiers in all', () => {
    const patient = `{"Patient":{"Identifiers":[${Array(500).fill('{"ID":"SYN-1","IDType":"MR"}').join()}]}}`;
    const named = (count: number) => message(`[${Array(count).fill(patient).join()}]`);
    expect(readReply(named(200), 'skip').items).toHaveLength(200);
    const refused = { code: 'UPSTREAM_PROTOCOL', splittable: true };
    expect(codeOf(() => readReply(named(201), 'skip'))).toEqual(refused);
  });
});

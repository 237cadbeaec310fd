/** Numbers are kept as a reply writes them, wherever they stand and however the reply is cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CASES } from '../../support/cases.ts';
import { cuts } from './random-replies.ts';
import { readReply } from './read-reply.ts';

const written = fc.constantFrom(
  '9007199254740993',
  '-9007199254740993',
  '1.10',
  '-0',
  '1e2',
  '4.50E1',
  '7',
  '-7',
);
const blank = fc.constantFrom('', ' ', '\n\t');
const members = fc.array(
  fc.constantFrom(
    '"FileName":"2026-03-10T08:00:00Z"',
    '"DocumentDescription":":9007199254740993"',
    '"FileContents":"MTIzNA=="',
    '"FileContents\\u0058":[]',
    '"Visit":{"VisitNumber":null}',
    '"Extensions":{"a":[true,{}]}',
  ),
  { maxLength: 3 },
);

test('a number is kept as it is written', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(written, blank, members), { minLength: 1, maxLength: 6 }),
      cuts,
      (all, cut) => {
        const entries = all.map(([number, space, others]) => {
          const id = `"DocumentID"${space}:${space}${number}${space}`;
          return `{${[...new Set(others), id].join(`${space},`)}}`;
        });
        const { items } = readReply(`{"Meta":{},"Media":[${entries.join()}]}`, 'skip', cut);
        expect(items.map(({ documentId }) => documentId)).toEqual(all.map(([number]) => number));
      },
    ),
    { numRuns: CASES },
  );
});

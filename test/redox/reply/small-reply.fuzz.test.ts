/** Both readers of replies read every reply alike, or the one of small replies leaves it to the other. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedFile } from '../../../src/redox/messages.ts';
import { type ContentsMode, type FileKeeper, KEEP_ALL } from '../../../src/redox/reply/contents.ts';
import { ReplyReader } from '../../../src/redox/reply/reply-reader.ts';
import { readSmallReply } from '../../../src/redox/reply/small-reply.ts';
import { finishAtOnce } from '../../../src/time-slices.ts';
import { fuzz } from '../../support/fuzz.ts';
import { plainReplies, spoiltPlainReplies } from './plain-replies.ts';
import { replies, spoiltReplies } from './random-replies.ts';
import { outcomeOf, plainOutcome } from './read-reply.ts';

const modes = fc.constantFrom<ContentsMode>('skip', 'digest', 'link', KEEP_ALL, {
  keepBytes: 60,
  isForLinks: true,
});

/** Says which files it got. */
class Keeper implements FileKeeper {
  readonly maxFileBytes = 70;
  readonly kept: unknown[] = [];

  keep(file: DecodedFile, blocks: readonly Buffer[]): void {
    this.kept.push([file.sha256, Buffer.concat(blocks)]);
  }
}

const whole = fc.oneof(plainReplies, replies).map((text) => Buffer.from(text));

/** How many of them the reader of small replies has read. */
async function compare(cases: fc.Arbitrary<Buffer>): Promise<number> {
  let read = 0;
  const check = ([bytes, mode]: readonly [Buffer, ContentsMode]) => {
    const [forSmall, forOther] = [new Keeper(), new Keeper()];
    const small = outcomeOf(() => readSmallReply(bytes, mode, forSmall));
    if (small === null) return;
    read += 1;
    const reader = new ReplyReader(mode, undefined, forOther);
    reader.push(bytes);
    expect(plainOutcome(small)).toEqual(plainOutcome(outcomeOf(() => finishAtOnce(reader.end()))));
    expect(forSmall.kept).toEqual(forOther.kept);
  };
  await fuzz({ cases: fc.tuple(cases, modes), check: (batch) => batch.forEach(check) });
  return read;
}

test('small replies', async () => {
  expect(await compare(whole)).toBeGreaterThan(0);
});

test('plain small replies', async () => {
  expect(await compare(plainReplies.map((text) => Buffer.from(text)))).toBeGreaterThan(0);
});

test('spoilt small replies', async () => {
  expect(await compare(fc.oneof(spoiltPlainReplies, spoiltReplies))).toBeGreaterThan(0);
});

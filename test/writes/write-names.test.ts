/** One write under several names: it is begun once by all who share one of them, and forgotten under every name or none. */
import { expect, test } from 'vitest';
import { LocalWriteMemory } from '../../src/writes/write-memory.ts';
import { NamedWrite } from '../../src/writes/write-names.ts';
import { FakeClock } from '../support/fake-clock.ts';

const RESULT = { logIds: ['l'], traceId: null };
const UNDER_WAY = { isSameInput: true, result: null };
const nameOf = (key: string, input = 'input') => ({ key, fingerprint: `${input} with ${key}` });

/** Replicas that share a memory; each has these secrets. */
function open(maxEntries = 100) {
  const memory = new LocalWriteMemory(new FakeClock(), maxEntries);
  return (secrets: string, input?: string) =>
    new NamedWrite(
      memory,
      [...secrets].map((secret) => nameOf(secret, input)),
    );
}

const STEPS = [
  ['o', 'on'],
  ['on', 'no'],
  ['no', 'n'],
] as const;

test.each([...STEPS, ...STEPS.map(([one, other]) => [other, one] as const)])(
  'a write that is begun with the secrets %s is known with %s, and what comes of it',
  async (first, second) => {
    const write = open();
    const one = write(first);
    expect(await one.begin()).toBeNull();
    expect(await write(second).begin()).toEqual(UNDER_WAY);
    await one.finish(RESULT);
    expect(await write(second).begin()).toEqual({ isSameInput: true, result: RESULT });
    expect(await write(second, 'another input').begin()).toEqual({ isSameInput: false, result: RESULT });
  },
);

test.each(STEPS)('a write that is begun with %s and with %s at once is begun once', async (first, second) => {
  const write = open();
  const begun = await Promise.all([first, second, first, second].map((secrets) => write(secrets).begin()));
  expect(begun.filter((known) => known === null)).toHaveLength(1);
});

test('what was not sent may be begun again with any of the secrets', async () => {
  const write = open();
  const one = write('on');
  await one.begin();
  await one.forget();
  expect(await write('n').begin()).toBeNull();
  // The name of the old secret was taken before the other one was found to be: it is free again.
  expect(await write('an').begin()).toEqual(UNDER_WAY);
  expect(await write('a').begin()).toBeNull();
});

test('where one name cannot be remembered, no other one stays taken', async () => {
  const write = open(1);
  await expect(write('ab').begin()).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect(await write('a').begin()).toBeNull();
});

/** Commands that Redis did not accept: which of them are sent again. */
import { expect, test } from 'vitest';
import { ResendQueue } from '../../src/redis/resend-queue.ts';
import { startReplicas } from './write-replicas.ts';

async function startQueue() {
  const { connection, clock } = await startReplicas();
  const sent: string[] = [];
  const command = (name: string, isAccepted: boolean | Promise<boolean>) => async () => {
    sent.push(name);
    return isAccepted;
  };
  return { queue: new ResendQueue(connection, clock, 60_000), clock, sent, command };
}

test('a command that is not accepted is sent again', async () => {
  const { queue, clock, sent, command } = await startQueue();
  await queue.send('subject', command('first', false));
  await clock.advance(1000);
  expect(sent).toEqual(['first', 'first']);
});

test('one that fails after it was dropped is not sent again', async () => {
  const { queue, clock, sent, command } = await startQueue();
  const reply = Promise.withResolvers<boolean>();
  const attempt = queue.send('subject', command('first', reply.promise));
  queue.forget('subject');
  reply.resolve(false);
  await attempt;
  await clock.advance(1000);
  expect(sent).toEqual(['first']);
});

test.each(['send', 'keep'] as const)('one that fails late does not replace a newer one (%s)', async (how) => {
  const { queue, clock, sent, command } = await startQueue();
  const reply = Promise.withResolvers<boolean>();
  const attempt = queue.send('subject', command('first', reply.promise));
  await queue[how]('subject', command('second', false));
  reply.resolve(false);
  await attempt;
  sent.length = 0;
  await clock.advance(1000);
  expect(sent).toEqual(['second']);
});

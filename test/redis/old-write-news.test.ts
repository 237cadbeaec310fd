/** A destination that is read again long after its last write. */
import { describe, expect, test } from 'vitest';
import { destinationId } from '../../src/media/model/keys.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startReplicas } from './order-replicas.ts';

const A = { patient: [{ idType: 'MR', id: 'SYN-1' }] };

describe('entries of a write that was over long before a destination is read again', () => {
  test('are no news, and no trouble', async () => {
    const clock = new FakeClock();
    const { open, works } = await startReplicas(clock);
    const [writer, reader] = [open(), open()];
    for (const replica of [writer, reader]) await replica.read(destinationId('destination'));
    await (await writer.begin(destinationId('destination'), A))();
    await clock.advance(600_001);
    for (const replica of [reader, writer]) {
      expect(await replica.read(destinationId('destination'))).toEqual({
        news: [],
        hasGap: true,
        gapAgeMs: 300_000,
      });
      expect(works()).toBe(true);
    }
  });

  test('of this replica are no trouble, whatever the clock says', async () => {
    const clock = new FakeClock();
    const { open, works } = await startReplicas(clock);
    const writer = open();
    await writer.read(destinationId('destination'));
    await (await writer.begin(destinationId('destination'), A))();
    clock.setWallTime(clock.wallTime() + 3_600_000);
    expect(await writer.read(destinationId('destination'))).toEqual({ news: [], hasGap: false });
    expect(works()).toBe(true);
  });
});

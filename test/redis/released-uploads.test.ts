/** Uploads that were reserved and released, when Redis did not take the release. */
import { describe, expect, test } from 'vitest';
import { startReplicas } from './write-replicas.ts';

describe('an upload whose release Redis did not take', () => {
  const CLAIM = 'redox-media:claim:name:upload';

  async function releaseInVain() {
    const replicas = await startReplicas();
    const { one, send } = replicas;
    await one.reserve('upload');
    await send('CONFIG', 'SET', 'min-replicas-to-write', '1');
    await one.release('upload');
    await send('CONFIG', 'SET', 'min-replicas-to-write', '0');
    expect(await send('EXISTS', CLAIM)).toBe(1);
    return replicas;
  }

  test('is not released any more once it is reserved again', async () => {
    const { one, other, clock, send } = await releaseInVain();
    await send('DEL', CLAIM);
    expect(await one.reserve('upload')).toBe(true);
    await clock.advance(1000);
    expect(await send('EXISTS', CLAIM)).toBe(1);
    expect(await other.reserve('upload')).toBe(false);
  });

  test('may be used at another replica once it is refused here', async () => {
    const { one, other } = await releaseInVain();
    expect(await one.reserve('upload')).toBe(false);
    expect(await other.reserve('upload')).toBe(true);
  });
});

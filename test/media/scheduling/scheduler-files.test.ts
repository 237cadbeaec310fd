/** What a call does with files is the most that its needs ask, and no need waits for a call that does less. */
import { describe, expect, test } from 'vitest';
import type { Need } from '../../../src/media/model/need.ts';
import { ALL_RIGHTS } from '../../../src/media/model/rights.ts';
import type { Item } from '../../../src/redox/messages.ts';
import type { FileTreatment } from '../../../src/redox/reply/contents.ts';
import { FileRelay } from '../../../src/redox/reply/file-relay.ts';
import { chartsOf, namesUpTo, needOf, startCore } from '../../support/core.ts';
import { Gate } from '../../support/gate.ts';
import { until } from '../../support/until.ts';

const charts = chartsOf(namesUpTo(20));
const KEEP = { keepBytes: 1000 };
const wanting = (files: FileTreatment, ...names: string[]): Need => ({ ...needOf(names), files });

function filesOf(items: readonly Item[]) {
  const kinds = items.map(({ contents }) => {
    if (contents.kind !== 'inline') return contents.kind;
    if (typeof contents.file === 'string') return contents.file;
    return contents.file.blocks === null ? 'digested' : 'kept';
  });
  return [...new Set(kinds)];
}

describe('in one operation', () => {
  test.each<[string, FileTreatment[], string, string]>([
    ['nothing', ['skip', 'skip'], 'skip', 'skipped'],
    ['a digest by one', ['skip', 'digest'], 'digest', 'digested'],
    ['bytes by one', ['digest', KEEP, 'skip'], 'keep', 'kept'],
  ])('asked for %s, one call does it for all', async (_, asked, files, kind) => {
    await using core = await startCore({ sandbox: { charts } });
    const loader = core.openOperation();
    const loads = asked.map((one) => loader.load(wanting(one, 'p1')));
    expect(filesOf((await Promise.all(loads)).flat())).toEqual([kind]);
    expect([core.redox.callCount, core.observed.files]).toEqual([1, [files]]);
  });

  test('what was loaded answers what asks no more of files, and nothing that does', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const loader = core.openOperation();
    await loader.load(wanting('digest', 'p1'));
    await loader.load(wanting('skip', 'p1'));
    expect(core.observed.files).toEqual(['digest']);
    expect(filesOf(await loader.load(wanting(KEEP, 'p1')))).toEqual(['kept']);
    await loader.load(wanting({ keepBytes: 10 }, 'p1'));
    expect(core.observed.files).toEqual(['digest', 'keep']);
  });

  test('who may not read files never has them read', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const rights = { ...ALL_RIGHTS, scopes: new Set(['media:read']) };
    const items = await core.openOperation({ rights }).load(wanting(KEEP, 'p1'));
    expect([filesOf(items), core.observed.files]).toEqual([['skipped'], ['skip']]);
  });
});

test('a call in flight is joined by needs that ask no more of files than it does', async () => {
  const gate = new Gate();
  const answer = async () => {
    await gate.passed;
    return undefined;
  };
  await using core = await startCore({ sandbox: { charts, answer } });
  const first = core.submit(wanting('digest', 'p1', 'p2'));
  await until(() => core.redox.inFlight === 1);
  const others = [wanting('skip', 'p1'), wanting('digest', 'p2'), wanting(KEEP, 'p1')].map((need) =>
    core.submit(need),
  );
  await until(() => core.redox.inFlight === 2);
  gate.open();
  const [, , kept] = await Promise.all([...others, first].map(({ answer }) => answer));
  expect(filesOf(kept ?? [])).toEqual(['kept']);
  expect([core.redox.callCount, core.observed.files]).toEqual([2, ['digest', 'keep']]);
});

describe('a relay', () => {
  const relay = () => new FileRelay({ sha256: '', checkpoints: [] }, () => undefined);

  test('shares its call with no other need, and joins none', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const needs = [wanting('digest', 'p1'), wanting(relay(), 'p1'), wanting(relay(), 'p1')];
    await Promise.all(needs.map((need) => core.submit(need).answer));
    expect(core.observed.files.toSorted()).toEqual(['digest', 'relay', 'relay']);
  });

  test('never takes more than half of the slots, so that queries go on', async () => {
    const gate = new Gate();
    const core = await startCore({
      sandbox: {
        charts,
        answer: async ({ patients }) => {
          if (patients?.[0]?.[0]?.id !== 'SYN-p9') await gate.passed;
          return undefined;
        },
      },
      settings: { REDOX_CONCURRENCY: '4' },
    });
    await using _ = core;
    const relays = namesUpTo(8).map((name) => core.submit(wanting(relay(), name)));
    await until(() => core.redox.inFlight === 2);
    await core.submit(wanting('skip', 'p9')).answer;
    expect(core.redox.inFlight).toBe(2);
    gate.open();
    await Promise.all(relays.map(({ answer }) => answer));
    expect(core.redox.callCount).toBe(9);
  });

  test('goes even where there is one slot alone', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: { REDOX_CONCURRENCY: '1' } });
    await core.submit(wanting(relay(), 'p1')).answer;
    expect(core.observed.files).toEqual(['relay']);
  });
});

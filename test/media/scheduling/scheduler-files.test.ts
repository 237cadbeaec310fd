/** A call treats files as the most demanding of its needs requires, and a need never joins a call that does less with files. */
import { describe, expect, test } from 'vitest';
import { destinationAlias } from '../../../src/media/model/keys.ts';
import { createNeed, type Need } from '../../../src/media/model/need.ts';
import { ALL_RIGHTS } from '../../../src/media/model/rights.ts';
import type { PendingNeed } from '../../../src/media/scheduling/pending-need.ts';
import type { Item } from '../../../src/redox/messages.ts';
import type { FileTreatment } from '../../../src/redox/reply/contents.ts';
import { FileRelay } from '../../../src/redox/reply/file-relay.ts';
import { chartsOf, namesUpTo, needOf, startCore, type TestCore } from '../../support/core.ts';
import { Gate, holdAnswers } from '../../support/gate.ts';
import { chartDocument } from '../../support/own-chart.ts';
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
  ])('for needs that ask for %s, one call serves all', async (_, asked, files, kind) => {
    await using core = await startCore({ sandbox: { charts } });
    const loader = core.openOperation();
    const loads = asked.map((one) => loader.load(wanting(one, 'p1')));
    expect(filesOf((await Promise.all(loads)).flat())).toEqual([kind]);
    expect([core.redox.callCount, core.observed.files]).toEqual([1, [files]]);
  });

  test('loaded items answer needs that require no more of files, and no others', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const loader = core.openOperation();
    await loader.load(wanting('digest', 'p1'));
    await loader.load(wanting('skip', 'p1'));
    expect(core.observed.files).toEqual(['digest']);
    expect(filesOf(await loader.load(wanting(KEEP, 'p1')))).toEqual(['kept']);
    await loader.load(wanting({ keepBytes: 10 }, 'p1'));
    expect(core.observed.files).toEqual(['digest', 'keep']);
  });

  test('files are never read for a caller without the right to read them', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const rights = { ...ALL_RIGHTS, scopes: new Set(['media:read']) };
    const items = await core.openOperation({ rights }).load(wanting(KEEP, 'p1'));
    expect([filesOf(items), core.observed.files]).toEqual([['skipped'], ['skip']]);
  });
});

test('needs join a call in flight when they require no more of files than the call does', async () => {
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

describe('a download', () => {
  const relay = (mayShare = false, byteLength = 100) =>
    new FileRelay({ byteLength, sha256: '', checkpoints: [] }, () => undefined, { mayShare });

  test('that may not share a call gets one of its own, and joins none', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const needs = [wanting('digest', 'p1'), wanting(relay(), 'p1'), wanting(relay(), 'p1')];
    await Promise.all(needs.map((need) => core.submit(need).answer));
    expect(core.observed.files.toSorted()).toEqual(['digest', 'relay', 'relay']);
  });

  test('takes no slot when downloads hold half of them, so that queries can start', async () => {
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

  test('starts even when there is only one slot', async () => {
    await using core = await startCore({ sandbox: { charts }, settings: { REDOX_CONCURRENCY: '1' } });
    await core.submit(wanting(relay(), 'p1')).answer;
    expect(core.observed.files).toEqual(['relay']);
  });
});

describe('downloads that may share calls', () => {
  const MIB = 1_048_576;
  const ids = namesUpTo(10).map((name) => `${name}-a`);

  function relayOf(documentId: string, { byteLength = 100, destination = 'general' } = {}): Need {
    const files = new FileRelay({ byteLength, sha256: '', checkpoints: [] }, () => undefined, {
      mayShare: true,
    });
    return createNeed(destinationAlias(destination), { documentIds: [documentId] }, files);
  }

  /** Submits all needs at once. Resolves to the number of documents in each call. */
  async function listsOf(core: TestCore, submit: () => readonly PendingNeed[]): Promise<number[]> {
    core.redox.calls.length = 0;
    await Promise.all(submit().map(({ answer }) => answer));
    return core.redox.calls
      .map(({ query }) => (query as { DocumentIDs?: string[] }).DocumentIDs?.length ?? 0)
      .sort();
  }

  test('make one call for all documents', async () => {
    await using core = await startCore({ sandbox: { charts } });
    expect(await listsOf(core, () => ids.map((id) => core.submit(relayOf(id))))).toEqual([10]);
    expect(core.observed.files).toEqual(['relay']);
  });

  test('make one call for each batch key and destination', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const submit = () => [
      ...ids.map((id, at) => core.submit(relayOf(id), { batchKey: `${at % 2}` })),
      core.submit(relayOf('elsewhere', { destination: 'county' }), { batchKey: '0' }),
    ];
    expect(await listsOf(core, submit)).toEqual([1, 5, 5]);
  });

  test('never share a call with a query, not even with one for the same document', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const submit = () => [
      ...ids.map((id) => core.submit(relayOf(id))),
      core.submit({ ...relayOf('p0-a'), files: 'digest' }),
    ];
    expect(await listsOf(core, submit)).toEqual([1, 10]);
    expect(core.observed.files.toSorted()).toEqual(['digest', 'relay']);
  });

  test('never join a call in flight, since the start of the file may have been read already', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const gate = holdAnswers(core.redox);
    const first = core.submit(relayOf('p0-a'));
    await until(() => core.redox.inFlight === 1);
    const second = core.submit(relayOf('p0-a'));
    await until(() => core.redox.inFlight === 2);
    gate.open();
    await Promise.all([first.answer, second.answer]);
    expect(core.redox.callCount).toBe(2);
  });

  test('make calls whose files fill at most half of the largest reply', async () => {
    await using core = await startCore({
      sandbox: { charts },
      settings: { REDOX_MAX_RESPONSE_BYTES: String(8 * MIB) },
    });
    const submit = () => ids.map((id) => core.submit(relayOf(id, { byteLength: MIB })));
    expect(await listsOf(core, submit)).toEqual([1, 3, 3, 3]);
  });

  test('are not affected by the size of earlier replies, since the sizes of their own files are known', async () => {
    const large = chartDocument('large', { documentId: 'large', fileContents: 'A'.repeat(5 * MIB) });
    await using core = await startCore({
      sandbox: { charts: [...charts, large] },
      settings: { REDOX_MAX_RESPONSE_BYTES: String(8 * MIB) },
    });
    await core.submit({ ...relayOf('large'), files: 'digest' }).answer;
    expect(await listsOf(core, () => ids.map((id) => core.submit(relayOf(id))))).toEqual([10]);
  });

  test('without document ids make one call for each patient', async () => {
    await using core = await startCore({ sandbox: { charts } });
    const relay = (name: string): Need => ({ ...needOf([name]), files: relayOf('').files });
    const needs = [relay('p1'), relay('p1'), relay('p2'), relayOf('p1-a')];
    expect(await core.countCalls(() => Promise.all(needs.map((need) => core.submit(need).answer)))).toBe(3);
  });
});

/** Who is given which event: by its filter, and by the rights of its caller. */
import { describe, expect, test } from 'vitest';
import { ChangeMatcher } from '../../src/events/change-matcher.ts';
import type { ChangeRequest } from '../../src/events/changes.ts';
import type { MediaChange } from '../../src/events/media-change.ts';
import { SubscriberIndex } from '../../src/events/subscriber-index.ts';
import { destinationAlias } from '../../src/media/model/keys.ts';
import { ALL_RIGHTS } from '../../src/media/model/rights.ts';
import { changeOf } from './received.ts';
import {
  codeOf,
  documentsOf,
  drain,
  GENERAL,
  mr,
  openSubscribers,
  requestFor,
  rightsOf,
  take,
} from './subscribed.ts';

const ADA = mr('SYN-A');
const BEN = mr('SYN-B');
const ADA_AT_EHR = { id: 'SYN-E', idType: 'EHRID' };

describe('a filter', () => {
  test.each<[string, Partial<ChangeRequest>, Partial<MediaChange>, boolean]>([
    ['an event of its destination, without any filter', {}, {}, true],
    [
      'an event of another destination, without any filter',
      {},
      { destination: destinationAlias('county') },
      false,
    ],
    ['a patient by one of its identifiers', { patients: [[ADA]] }, { identifiers: [ADA_AT_EHR, ADA] }, true],
    ['a patient by all of them', { patients: [[ADA, ADA_AT_EHR]] }, { identifiers: [ADA_AT_EHR, ADA] }, true],
    [
      'a patient by more than the event names',
      { patients: [[ADA, ADA_AT_EHR]] },
      { identifiers: [ADA] },
      false,
    ],
    ['another patient', { patients: [[ADA]] }, { identifiers: [BEN] }, false],
    ['an ID of another IDType', { patients: [[ADA]] }, { identifiers: [{ ...ADA, idType: 'EHRID' }] }, false],
    ['one of two patients', { patients: [[ADA], [BEN]] }, { identifiers: [BEN] }, true],
    ['patients, and an event without any', { patients: [[ADA]] }, {}, false],
    ['no patients at all', { patients: [] }, { identifiers: [ADA] }, false],
    ['a visit', { visitNumbers: ['42'] }, { visitNumber: '0042' }, true],
    ['another visit', { visitNumbers: ['42'] }, { visitNumber: '43' }, false],
    ['visits, and an event without one', { visitNumbers: ['42'] }, {}, false],
    ['a type', { documentTypes: ['Consent Form'] }, { documentType: 'consent  form' }, true],
    ['another type', { documentTypes: ['Consent Form'] }, { documentType: 'Photo' }, false],
    ['a kind', { kinds: ['DELETED', 'SAVED'] }, { kind: 'DELETED' }, true],
    ['another kind', { kinds: ['DELETED'] }, { kind: 'SAVED' }, false],
    ['no kind at all', { kinds: [] }, { kind: 'SAVED' }, false],
    [
      'patient and visit',
      { patients: [[ADA]], visitNumbers: ['1'] },
      { identifiers: [ADA], visitNumber: '1' },
      true,
    ],
    [
      'a patient and another visit',
      { patients: [[ADA]], visitNumbers: ['1'] },
      { identifiers: [ADA] },
      false,
    ],
  ])('%s', async (_, filter, event, isGiven) => {
    const { subscribe, record, subscribers } = openSubscribers();
    const stream = subscribe(filter);
    await record(event);
    expect(await drain(subscribers, stream)).toHaveLength(isGiven ? 1 : 0);
  });

  test('that names a patient in two ways gives its event once, with the patient as it was named', async () => {
    const { subscribe, record, subscribers } = openSubscribers();
    const stream = subscribe({ patients: [[ADA], [ADA_AT_EHR]] });
    await record({ identifiers: [ADA_AT_EHR, ADA] });
    const events = await drain(subscribers, stream);
    expect(events.map(({ requested }) => requested)).toEqual([[ADA_AT_EHR]]);
  });
});

test('an event that could not be read is given to nobody', async () => {
  const { subscribe, inbox, subscribers } = openSubscribers();
  const stream = subscribe();
  const event = { kind: 'UNREADABLE', reason: 'malformed', destination: GENERAL } as const;
  await inbox.record({ event, digest: 'a', series: 'a', replacedSeries: null, sentAt: null });
  expect(await drain(subscribers, stream)).toEqual([]);
});

describe('rights', () => {
  test.each<[string, Partial<ChangeRequest>, string | null]>([
    ['no filter', {}, 'FORBIDDEN'],
    ['a filter of other kinds', { visitNumbers: ['1'], kinds: ['SAVED'] }, 'FORBIDDEN'],
    ['another patient', { patients: [[BEN]] }, 'FORBIDDEN'],
    ['another patient beside one of theirs', { patients: [[ADA], [BEN]] }, 'FORBIDDEN'],
    ['one of theirs', { patients: [[ADA]] }, null],
    ['one of theirs by more identifiers', { patients: [[ADA_AT_EHR, ADA]] }, null],
    ['no patient at all', { patients: [] }, null],
  ])('of some patients, and %s', (_, filter, code) => {
    const { subscribe, subscribers } = openSubscribers();
    expect(codeOf(() => subscribe(filter, rightsOf(ADA)))).toBe(code);
    expect(subscribers.count).toBe(code === null ? 1 : 0);
  });

  test('without media:read, and of other destinations', () => {
    const { subscribe } = openSubscribers();
    const unable = { ...ALL_RIGHTS, scopes: new Set(['media:write', 'content:read']) };
    expect(codeOf(() => subscribe({}, unable))).toBe('FORBIDDEN');
    const elsewhere = { ...ALL_RIGHTS, destinations: new Set([destinationAlias('county')]) };
    expect(codeOf(() => subscribe({}, elsewhere))).toBe('FORBIDDEN');
    expect(codeOf(() => subscribe({ destination: destinationAlias('county') }, elsewhere))).toBeNull();
  });

  test('are checked again at each event, also of those that are replayed', async () => {
    const { subscribe, record } = openSubscribers();
    const all = subscribe();
    await record();
    const [first] = await take(all, 1);
    await record({ identifiers: [BEN, ADA] });
    await record({ identifiers: [BEN] });
    // The cursor of a caller with all rights, in the hands of one who has not.
    const stream = subscribe({ patients: [[ADA]], after: first?.cursor ?? '' }, rightsOf(ADA));
    await take(stream, 1);
    await record({ identifiers: [BEN] });
    await record({ identifiers: [] });
    await record({ identifiers: [ADA] });
    expect(documentsOf(await take(stream, 1))).toEqual(['SYN-D-6']);
  });
});

describe('the index', () => {
  const subscriberTo = (fields: Partial<ChangeRequest>) => ({
    matcher: new ChangeMatcher(requestFor(fields), ALL_RIGHTS),
  });

  test('finds those alone whom an event may concern, however many there are', () => {
    const index = new SubscriberIndex<ReturnType<typeof subscriberTo>>();
    const subscribers = Array.from({ length: 1000 }, (_, at) =>
      subscriberTo({ patients: [[mr(`SYN-${at % 100}`)]] }),
    );
    for (const one of subscribers) index.add(one);
    const ofVisit = subscriberTo({ visitNumbers: ['7'] });
    const ofAny = subscriberTo({ kinds: ['SAVED'] });
    for (const one of [ofVisit, ofAny]) index.add(one);
    const concerned = (fields: Partial<MediaChange>) => [...index.concernedBy(changeOf(fields))];
    expect(concerned({ identifiers: [mr('SYN-7')] })).toEqual([
      ofAny,
      ...subscribers.filter((_, at) => at % 100 === 7),
    ]);
    expect(concerned({ identifiers: [mr('SYN-7'), mr('SYN-8')], visitNumber: '07' })).toHaveLength(22);
    expect(concerned({ destination: destinationAlias('county') })).toEqual([]);
    for (const one of [...subscribers, ofVisit, ofAny]) index.delete(one);
    expect(concerned({ identifiers: [mr('SYN-7')], visitNumber: '7' })).toEqual([]);
  });

  test('finds each once, also one that is named in two ways', () => {
    const index = new SubscriberIndex<ReturnType<typeof subscriberTo>>();
    const both = subscriberTo({ patients: [[ADA], [ADA_AT_EHR]] });
    index.add(both);
    expect([...index.concernedBy(changeOf({ identifiers: [ADA, ADA_AT_EHR] }))]).toEqual([both]);
  });
});

/** Events as Redox pushes them (reference §1.4, §8.2), with synthetic values. */
import { MemoryInbox } from '../../src/events/memory-inbox.ts';
import { type EventReport, Receiver } from '../../src/events/receiver.ts';
import { FakeClock } from '../support/fake-clock.ts';

export const TOKEN = 'a-verification-token-of-the-test-suite';
/** Of the source of `general`'s events. */
export const SOURCE_ID = '0b6f3c1e-5f0f-4f52-9a41-2d1d8f6f7a10';
export const SETTINGS = { REDOX_EVENTS_TOKEN: TOKEN, REDOX_SOURCES: `general=${SOURCE_ID}` };

type Members = Readonly<Record<string, unknown>>;

export interface PushedMessage {
  readonly Meta: Members;
  readonly [member: string]: unknown;
}

export function pushed(type: string, media: Members = {}, others: Members = {}): PushedMessage {
  return {
    Meta: {
      DataModel: 'Media',
      EventType: type,
      EventDateTime: '2026-03-04T00:00:00.000Z',
      Test: true,
      Source: { ID: SOURCE_ID, Name: 'A hospital' },
      Destinations: [{ ID: '5d0b2a9c-7a54-4a0c-8f3c-61c2e1f0b7d4', Name: 'Gateway' }],
      Logs: [
        { ID: 'd9f5d293-7110-461e-a875-3beb089e79f3', AttemptID: '925d1617-2fe0-468c-a14c-f8c04b572c54' },
      ],
    },
    Patient: { Identifiers: [{ ID: 'SYN-0001', IDType: 'MR' }], Demographics: { FirstName: 'Synthetic' } },
    Visit: { VisitNumber: 'SYN-V-1' },
    Media: {
      FileType: 'PDF',
      FileName: 'report',
      FileContents: 'JVBERi0xLjQK',
      DocumentType: 'Discharge Summary',
      DocumentID: 'SYN-D-1',
      Provider: {
        ID: 'SYN-P-1',
        IDType: 'NPI',
        FirstName: 'Ada',
        LastName: 'Synthetic',
        Credentials: ['MD'],
      },
      Authenticated: 'True',
      Availability: 'Available',
      ...media,
    },
    ...others,
  };
}

/** As Redox sends it again: `Meta` alone is another. */
export function pushedAgain(message: PushedMessage): PushedMessage {
  const Logs = [{ ID: '11111111-7110-461e-a875-3beb089e79f3', AttemptID: 'second' }];
  return { ...message, Meta: { ...message.Meta, EventDateTime: '2026-03-04T00:01:00.000Z', Logs } };
}

async function* inChunks(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** A receiver with an inbox in memory, and all that it has reported. */
export function openReceiver(clock = new FakeClock()) {
  const inbox = new MemoryInbox({ clock, maxEvents: 1000, epoch: 'test' });
  const reports: EventReport[] = [];
  const sources = new Map([[SOURCE_ID, 'general']]);
  const receiver = new Receiver({ inbox, sources, clock, report: (report) => void reports.push(report) });
  return {
    clock,
    inbox,
    reports,
    receiver,
    receive(message: PushedMessage | string | Buffer, chunkBytes = 65_536) {
      const bytes = Buffer.isBuffer(message) ? message : Buffer.from(asText(message));
      return receiver.receive(inChunks(bytes, chunkBytes));
    },
    async events() {
      const events = await inbox.readAfter(null, 1000);
      if (events === 'expired') throw new Error('events were dropped');
      return events.map(({ event }) => event);
    },
  };
}

function asText(message: PushedMessage | string): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}

/** What `pushed('New')` tells, as it is recorded. */
export const CHANGE = {
  kind: 'SAVED',
  destination: 'general',
  identifiers: [{ id: 'SYN-0001', idType: 'MR' }],
  visitNumber: 'SYN-V-1',
  documentId: 'SYN-D-1',
  originalDocumentId: null,
  documentType: 'Discharge Summary',
  documentDescription: null,
  fileType: 'PDF',
  fileName: 'report',
  creationDateTime: null,
  serviceDateTime: null,
  provider: {
    providerId: 'SYN-P-1',
    idType: 'NPI',
    firstName: 'Ada',
    lastName: 'Synthetic',
    credentials: ['MD'],
    emailAddresses: [],
  },
  authenticator: null,
  authenticated: true,
  availability: 'AVAILABLE',
};

/** Opens what AUDIT_FILE names: a file that is continued, a named pipe, or a device. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { type Link, START } from './chain.ts';
import { DeviceSink } from './device-sink.ts';
import { lockFile } from './file-lock.ts';
import { FileSink, identityOf } from './file-sink.ts';
import { findEnd } from './last-line.ts';
import { type Sink, SinkError } from './sink.ts';
import { sinkOfPipe } from './stream-sink.ts';

export interface OpenedSink {
  readonly sink: Sink;
  /** The link that the next line follows. */
  readonly last: Link;
}

/** @throws when it cannot be written, when another process writes it, or when it does not end like an audit trail. */
export async function openSink(path: string): Promise<OpenedSink> {
  // A pipe is opened when it has a reader: until then the gateway runs, and is not ready.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) return { sink: sinkOfPipe(path), last: START };
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;
  const file = openSync(path, flags, 0o600);
  try {
    const found = fstatSync(file, { bigint: true });
    if (found.isCharacterDevice()) return { sink: new DeviceSink(file), last: START };
    if (!found.isFile()) throw new SinkError('AUDIT_FILE_UNKNOWN');
    // Locked before the end is read, and perhaps cut off, as another process may be writing it.
    const unlock = await lockFile(identityOf(found));
    try {
      const { length, last } = goOnWith(file);
      return { sink: new FileSink(path, file, length, unlock), last };
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function goOnWith(file: number): ReturnType<typeof findEnd> {
  const { size } = fstatSync(file);
  const found = findEnd(file, size);
  if (found.length < size) ftruncateSync(file, found.length);
  return found;
}

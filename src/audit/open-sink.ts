/** Opens what AUDIT_FILE names: a file that is gone on with, a named pipe, or a device. */
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
  /** What the next line follows. */
  readonly last: Link;
}

/** @throws when it cannot be written, is written by another process, or does not end as an audit trail does. */
export async function openSink(path: string): Promise<OpenedSink> {
  // A pipe is opened when its reader is there: until then the gateway runs, and is not ready.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO()) return { sink: sinkOfPipe(path), last: START };
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;
  const file = openSync(path, flags, 0o600);
  try {
    const found = fstatSync(file, { bigint: true });
    if (found.isCharacterDevice()) return { sink: new DeviceSink(file), last: START };
    if (!found.isFile()) throw new SinkError('AUDIT_FILE_UNKNOWN');
    // Before the end is read, and perhaps cut: another process may be writing it.
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

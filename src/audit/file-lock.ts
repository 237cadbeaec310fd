/**
 * Ensures that only one process writes a file, by a lock that the operating system releases when its holder ends, however it
 * ends.
 */
import { createServer } from 'node:net';
import { SinkError } from './sink.ts';

/**
 * Acquires the lock of a file, or @throws when another process of this machine has it. The lock is the name of a socket in
 * Linux's abstract namespace: it leaves no file behind that might have to be recognised as stale after a crash. It does not
 * exclude processes in other containers, or on other systems; these are noticed by the file's size.
 */
export async function lockFile(identity: string): Promise<() => void> {
  if (process.platform !== 'linux') return () => undefined;
  const server = createServer((connection) => connection.destroy());
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ path: `\0redox-media-gateway/audit/${identity}`, exclusive: true }, listening.resolve);
  try {
    await listening.promise;
  } catch {
    throw new SinkError('AUDIT_FILE_IN_USE');
  }
  server.unref();
  return () => {
    server.close();
  };
}

/** One process writes a file: a lock that the system takes back when its holder ends, however it ends. */
import { createServer } from 'node:net';
import { SinkError } from './sink.ts';

/**
 * Takes the lock of a file, or @throws when another process of this machine has it. The lock is the name of a socket in
 * Linux's abstract namespace: it leaves no file behind that would have to be found stale after a crash. Processes in other
 * containers, and on other systems, are not kept out by it; the file's size tells of them.
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

/** The bearer token: in memory only, so that it is gone with the tab. Never in storage, a cookie, or an address. */
import { createStore } from '../store.ts';

interface Session {
  readonly token: string | null;
  /** Why there is no token any more; null at first. */
  readonly ended: string | null;
}

export const session = createStore<Session>({ token: null, ended: null });

export function authorizationHeader(): Record<string, string> {
  const { token } = session.get();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

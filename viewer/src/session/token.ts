/** The bearer token: only in memory, so that it is gone with the tab. Never in storage, a cookie, or a URL. */
import { createStore } from '../store.ts';

interface Session {
  readonly token: string | null;
  /** Why the token is not valid any more; null at first. */
  readonly ended: string | null;
}

export const session = createStore<Session>({ token: null, ended: null });

export function authorizationHeader(): Record<string, string> {
  const { token } = session.get();
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

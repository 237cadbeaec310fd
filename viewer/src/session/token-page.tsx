/** The page that asks for a token if callers need one, and states why an earlier token is not sufficient any more. */
import { type FormEvent, useEffect, useRef } from 'react';
import { useStore } from '../store.ts';
import { session } from './token.ts';

export function TokenPage() {
  const { ended } = useStore(session);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('token') ?? '');
    const token = text.trim().replace(/^bearer\s+/i, '');
    if (token !== '') session.set({ token, ended: null });
  };
  return (
    <main className="door">
      <form className="card" onSubmit={enter}>
        <h1>Chart viewer</h1>
        {ended !== null && (
          <p className="notice" role="alert">
            {ended}
          </p>
        )}
        <label htmlFor="token">Bearer token</label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          required
          ref={field}
        />
        <p className="hint">It is kept in the memory of this tab, and deleted when the tab is closed.</p>
        <button type="submit" className="primary">
          Open the viewer
        </button>
      </form>
    </main>
  );
}

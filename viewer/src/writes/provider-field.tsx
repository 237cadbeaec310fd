/** The responsible provider, without whom Redox accepts no write; kept for the tab. */
import { createStore } from '../store.ts';

const provider = createStore('');

export function rememberProvider(id: string): void {
  provider.set(id);
}

export function ProviderField() {
  return (
    <label className="field">
      <span>Provider’s ID</span>
      <input name="providerId" required defaultValue={provider.get()} placeholder="NPI or local number" />
    </label>
  );
}

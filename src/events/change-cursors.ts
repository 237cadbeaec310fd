/** Cursors of events: sealed positions in the inbox, which contain nothing about patients. */
import { z } from 'zod';
import { badInput } from '../errors.ts';
import type { Seal } from '../seal.ts';

const payloadSchema = z.tuple([z.string()]);

export class ChangeCursors {
  readonly #seal: Seal;
  /** All subscriptions that an event concerns receive the same cursor. */
  #last: { readonly position: string; readonly cursor: string } | null = null;

  /** `seal`: of the purpose `change`. */
  constructor(seal: Seal) {
    this.#seal = seal;
  }

  close(position: string): string {
    if (this.#last?.position !== position) {
      this.#last = { position, cursor: this.#seal.close([position]) };
    }
    return this.#last.cursor;
  }

  /** @throws BAD_USER_INPUT for a text that is not a cursor of an event. */
  open(cursor: string): string {
    const payload = payloadSchema.safeParse(this.#seal.open(cursor));
    if (!payload.success) throw badInput('after', 'is not a cursor of a change');
    return payload.data[0];
  }
}

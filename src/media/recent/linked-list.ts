/** A doubly linked list: removing an entry, or moving it to the end, takes constant time. */

export interface Link<T> {
  readonly value: T;
  before: Link<T> | null;
  after: Link<T> | null;
}

export class LinkedList<T> {
  #first: Link<T> | null = null;
  #last: Link<T> | null = null;

  get first(): Link<T> | null {
    return this.#first;
  }

  append(value: T): Link<T> {
    const link: Link<T> = { value, before: null, after: null };
    this.#attach(link);
    return link;
  }

  /** The link must be in this list. */
  moveToEnd(link: Link<T>): void {
    if (link === this.#last) return;
    this.remove(link);
    this.#attach(link);
  }

  /** The link must be in this list. Afterwards it refers to no other, since dead links would keep living ones in memory. */
  remove(link: Link<T>): void {
    const { before, after } = link;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    link.before = null;
    link.after = null;
  }

  #attach(link: Link<T>): void {
    link.before = this.#last;
    if (this.#last === null) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
  }
}

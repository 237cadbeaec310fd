/**
 * Indexes subscriptions by what events state, so that the cost of an event depends on the subscriptions that it concerns, not on
 * their total number.
 */
import { type DestinationAlias, type IdentifierKey, identifierKey } from '../media/model/keys.ts';
import { looseValue } from '../media/model/loose-value.ts';
import type { ChangeMatcher } from './change-matcher.ts';
import type { MediaChange } from './media-change.ts';

interface Indexed {
  readonly matcher: ChangeMatcher;
}

/** The subscriptions to one destination. */
class DestinationIndex<T extends Indexed> {
  readonly byPatient = new Map<IdentifierKey, Set<T>>();
  readonly byVisit = new Map<string, Set<T>>();
  /** Subscriptions that name neither patients nor visits. */
  readonly others = new Set<T>();
}

export class SubscriberIndex<T extends Indexed> {
  readonly #destinations = new Map<DestinationAlias, DestinationIndex<T>>();

  add(subscriber: T): void {
    const { destination } = subscriber.matcher.filter;
    let index = this.#destinations.get(destination);
    if (index === undefined) {
      index = new DestinationIndex();
      this.#destinations.set(destination, index);
    }
    const place = placeOf(subscriber, index);
    if (place === null) index.others.add(subscriber);
    else for (const key of place.keys) addTo(place.map, key, subscriber);
  }

  delete(subscriber: T): void {
    const index = this.#destinations.get(subscriber.matcher.filter.destination);
    if (index === undefined) return;
    const place = placeOf(subscriber, index);
    if (place === null) index.others.delete(subscriber);
    else for (const key of place.keys) deleteFrom(place.map, key, subscriber);
  }

  /** Each subscription that the event may concern, once; their matchers decide. */
  concernedBy({ destination, identifiers, visitNumber }: MediaChange): Iterable<T> {
    const index = this.#destinations.get(destination);
    if (index === undefined) return [];
    const found = identifiers.map((identifier) => index.byPatient.get(identifierKey(identifier)));
    if (visitNumber !== null) found.push(index.byVisit.get(looseValue(visitNumber)));
    const [first, ...more] = [index.others, ...found].filter((set) => set !== undefined && set.size > 0);
    if (first === undefined) return [];
    return more.length === 0 ? first : new Set([first, ...more].flatMap((set) => [...(set ?? [])]));
  }
}

interface Place<T> {
  readonly map: Map<string, Set<T>>;
  readonly keys: Iterable<string>;
}

function placeOf<T extends Indexed>(
  { matcher }: T,
  { byPatient, byVisit }: DestinationIndex<T>,
): Place<T> | null {
  const { patientKeys, visits } = matcher;
  if (patientKeys !== null) return { map: byPatient, keys: patientKeys };
  return visits === null ? null : { map: byVisit, keys: visits };
}

function addTo<T>(map: Map<string, Set<T>>, key: string, subscriber: T): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, new Set([subscriber]));
  else there.add(subscriber);
}

function deleteFrom<T>(map: Map<string, Set<T>>, key: string, subscriber: T): void {
  const there = map.get(key);
  there?.delete(subscriber);
  if (there?.size === 0) map.delete(key);
}

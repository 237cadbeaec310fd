/** Where a person is, which chart and which document, so that the browser's Back and Forward lead there: known to this tab alone. */
import { keyOf, type PatientReference } from './page-config.ts';
import { createStore } from './store.ts';

/** `documentId`: the opened document's id. A place without a patient is the list of patients. */
export interface Place {
  readonly patient: PatientReference | null;
  readonly documentId: string | null;
}

const START: Place = { patient: null, documentId: null };

/** Browsers keep 50 steps of a tab's history. */
const MAX_PLACES = 100;

export const currentPlace = createStore<Place>(START);

/**
 * By numbers: these alone are in the browser's history, which it writes to the disk and shows. Patients and documents stay in the
 * memory of the tab, and the address of the page never changes. What another load of the page has left in the history is none of them.
 */
const places = new Map<string, Place>();
let count = 0;
let currentNumber = nextNumber(START);
history.replaceState({ place: currentNumber }, '');

/** Goes there; Back leads to where the person was. */
export function goTo(place: Place): void {
  if (keyOfPlace(place) === keyOfPlace(currentPlace.get())) return;
  currentNumber = nextNumber(place);
  history.pushState({ place: currentNumber }, '');
  currentPlace.set(place);
}

/** No step of the history leads to a patient any more. */
export function forgetPlaces(): void {
  places.clear();
  currentPlace.set(START);
}

addEventListener('popstate', ({ state }) => {
  const number = readNumber(state);
  // Not a step of this page: the link within it that skips to the chart.
  if (number === null) return;
  // What an open dialog holds belongs to the chart behind it: it is answered first.
  if (document.querySelector('dialog[open]') !== null) {
    history.pushState({ place: currentNumber }, '');
    return;
  }
  currentNumber = number;
  currentPlace.set(places.get(number) ?? START);
});

function keyOfPlace({ patient, documentId }: Place): string {
  return JSON.stringify([patient && keyOf(patient), documentId]);
}

function nextNumber(place: Place): string {
  count += 1;
  const number = `${performance.timeOrigin} ${count}`;
  places.set(number, place);
  const [oldest] = places.keys();
  if (oldest !== undefined && places.size > MAX_PLACES) places.delete(oldest);
  return number;
}

function readNumber(state: unknown): string | null {
  const isOurs = typeof state === 'object' && state !== null && 'place' in state;
  return isOurs && typeof state.place === 'string' ? state.place : null;
}

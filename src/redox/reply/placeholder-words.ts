/**
 * Distinguishes placeholder text without blanks, such as `Base64-encoded_file`, from base64 without padding or of the URL
 * alphabet.
 */

/** No placeholder has a longer text without a blank. */
export const MAX_WORDS_LENGTH = 100;

/** Shorter text shows no pattern: `YWI` may be both. */
const MIN_WORDS_LENGTH = 8;

/** In base64 of any bytes, the case changes on average after less than two characters; in words, after a word. */
const MIN_MEAN_RUN = 4;

const RUN = /[A-Z]?[a-z]+|[A-Z]+|\d+/g;

/** Most placeholders are words of one case; so are identifiers in hexadecimal. */
const MIN_LETTERS_OF_ONE_CASE = 4;

/** `text` may be cut one character above MAX_WORDS_LENGTH. */
export function resemblesWords(text: string): boolean {
  if (text.length < MIN_WORDS_LENGTH || text.length > MAX_WORDS_LENGTH) return false;
  const letters = text.replace(/[^A-Za-z]+/g, '');
  if (letters.length < MIN_LETTERS_OF_ONE_CASE) return false;
  if (letters === letters.toLowerCase() || letters === letters.toUpperCase()) return true;
  const runs = text.match(RUN) ?? [];
  const characters = runs.reduce((sum, run) => sum + run.length, 0);
  return characters >= MIN_MEAN_RUN * runs.length;
}

/** The name under which a file is saved: its own name, made safe, with the extension of its type. */
import { isEndingOf, isHarmlessEnding, isKnownEnding } from './endings.ts';
import type { FileKind } from './file-kind.ts';

/** Names have no length limit, but file systems and URLs have. */
const MAX_LENGTH = 120;

/** Control and format characters, which can hide or reverse parts of a name, and characters that file systems forbid. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu;

export function nameFile(
  given: string | null,
  { mediaType, ending }: Pick<FileKind, 'mediaType' | 'ending'>,
): string {
  const name =
    cut(given ?? '')
      .toWellFormed()
      .replace(UNFIT, '_')
      .replace(/^[.\s]+|[.\s]+$/g, '') || 'document';
  const [, last = ''] = /\.([a-z0-9]{1,8})$/.exec(name.toLowerCase()) ?? [];
  const isUsual = last === ending || isEndingOf(last, mediaType) || isKnownEnding(last);
  // If nothing better is known, the sender's own extension is kept.
  const hasEnding = isUsual || (ending === 'bin' && isHarmlessEnding(last));
  return hasEnding ? name : `${name}.${ending}`;
}

/** Never separates the halves of a surrogate pair. */
function cut(name: string): string {
  return name.slice(0, MAX_LENGTH).replace(/[\ud800-\udbff]$/, '');
}

/** What a browser can do with a file, by its media type. */

export type Kind = 'picture' | 'sound' | 'video' | 'pdf' | 'text' | 'other';

const PICTURES: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);
const TEXTS: ReadonlySet<string> = new Set(['text/plain', 'text/csv', 'application/json']);

export function kindOf(mediaType: string): Kind {
  const [type = ''] = mediaType.split(';');
  if (PICTURES.has(type)) return 'picture';
  if (TEXTS.has(type)) return 'text';
  if (type === 'application/pdf') return 'pdf';
  if (type.startsWith('audio/')) return 'sound';
  return type.startsWith('video/') ? 'video' : 'other';
}

/** The cost of an operation, as a sentence. */
import type { OperationView } from './costs.ts';

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export function sizeInWords(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte');
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function costInWords({ redox, loads, isWrite }: OperationView): string {
  if (isWrite) return 'one message to Redox';
  const fields = plural(loads.fields, 'field');
  if (redox === null) return `${fields}; the gateway does not report their cost`;
  const calls = redox.mediaQueries === 0 ? 'no Redox call' : plural(redox.mediaQueries, 'Redox call');
  const comparison =
    loads.fields > 0 ? `; a DataLoader per field: ${loads.dataLoaderCalls.toLocaleString('en')}` : '';
  return `${fields}, ${calls}${comparison}`;
}

/** Headers of every request to Redox, whatever it is for. */
import packageJson from '../../../package.json' with { type: 'json' };

export const REQUEST_HEADERS = {
  /** Plain bytes can be counted against a limit, and cannot be a decompression bomb. Without it, any coding may come. */
  'accept-encoding': 'identity',
  /** By which Redox's support and firewalls tell this client from others. */
  'user-agent': `${packageJson.name}/${packageJson.version}`,
} as const;

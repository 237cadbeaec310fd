/** The headers of every request to Redox. */
import packageJson from '../../../package.json' with { type: 'json' };

export const REQUEST_HEADERS = {
  /** Uncompressed bytes can be counted against a limit. Without this header a response may have any content coding. */
  'accept-encoding': 'identity',
  /** Lets Redox's support and firewalls recognise this client. */
  'user-agent': `${packageJson.name}/${packageJson.version}`,
} as const;

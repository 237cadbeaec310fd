import { hash } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import type { MediaContentResolvers } from '../../generated/resolvers.ts';
import { mediaTypeOf } from '../../redox/media-type.ts';
import { badInput } from '../bad-input.ts';

/** As in the schema: also what an explicit null means. */
const DEFAULT_MAX_BYTES = 1_000_000;

export const mediaContent: MediaContentResolvers = {
  mediaType: ({ bytes, fileType }) => mediaTypeOf(fileType, bytes),
  byteLength: ({ bytes }) => bytes.byteLength,
  sha256: ({ bytes }) => hash('sha256', bytes),

  base64({ bytes }, { maxBytes }) {
    const most = maxBytes ?? DEFAULT_MAX_BYTES;
    if (most < 0) throw badInput('maxBytes', 'must not be negative');
    if (bytes.byteLength > most) throw new GatewayError('CONTENT_TOO_LARGE', { retryable: false });
    return bytes.toString('base64');
  },
};

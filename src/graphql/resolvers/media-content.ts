import { GatewayError } from '../../errors.ts';
import type { MediaContentResolvers } from '../../generated/resolvers.ts';
import { mediaTypeOf } from '../../redox/media-type.ts';
import { badInput } from '../bad-input.ts';

/** As in the schema: also what an explicit null means. */
const DEFAULT_MAX_BYTES = 1_000_000;

export const mediaContent: MediaContentResolvers = {
  mediaType: ({ file, fileType }) => mediaTypeOf(fileType, file.head),
  byteLength: ({ file }) => file.byteLength,
  sha256: ({ file }) => file.sha256,

  base64({ file }, { maxBytes }) {
    const most = maxBytes ?? DEFAULT_MAX_BYTES;
    if (most < 0) throw badInput('maxBytes', 'must not be negative');
    if (file.byteLength > most) throw new GatewayError('CONTENT_TOO_LARGE', { retryable: false });
    if (file.blocks === null) throw new GatewayError('INTERNAL_SERVER_ERROR');
    return Buffer.concat(file.blocks).toString('base64');
  },
};

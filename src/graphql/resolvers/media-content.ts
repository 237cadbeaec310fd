import { badInput, GatewayError } from '../../errors.ts';
import type { MediaContentResolvers } from '../../generated/resolvers.ts';
import { kindOfFile } from '../../redox/reply/without-contents.ts';
import { DEFAULT_MAX_BYTES } from '../inputs/contents-mode.ts';

export const mediaContent: MediaContentResolvers = {
  mediaType: async ({ media, file }) => (await kindOfFile(media.item, file)).mediaType,
  byteLength: ({ file }) => file.byteLength,
  sha256: ({ file }) => file.sha256,

  url: ({ media, file }, args, { links }) => links.create(media, file, args),

  base64({ file }, { maxBytes }, { responseBudget }) {
    const limit = maxBytes ?? DEFAULT_MAX_BYTES;
    if (limit < 0) throw badInput('maxBytes', 'must not be negative');
    if (maxBytes && maxBytes > responseBudget.maxBase64Bytes) {
      throw badInput('maxBytes', `must be at most ${responseBudget.maxBase64Bytes}`);
    }
    if (file.byteLength > limit) throw new GatewayError('CONTENT_TOO_LARGE');
    responseBudget.spendBase64(file.byteLength);
    if (file.blocks === null) throw new GatewayError('INTERNAL_SERVER_ERROR');
    return Buffer.concat(file.blocks).toString('base64');
  },
};

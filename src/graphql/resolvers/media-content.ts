import { GatewayError } from '../../errors.ts';
import type { MediaContentResolvers } from '../../generated/resolvers.ts';
import { mediaTypeOf } from '../../redox/wire/media-type.ts';
import { badInput } from '../inputs/bad-input.ts';
import { DEFAULT_MAX_BYTES } from '../inputs/files-asked.ts';

export const mediaContent: MediaContentResolvers = {
  mediaType: ({ media, file }) => mediaTypeOf(media.item.fileType, file.head, file.statedType),
  byteLength: ({ file }) => file.byteLength,
  sha256: ({ file }) => file.sha256,

  url: ({ media, file }, args, { links }) => links.create(media, file, args),

  base64({ file }, { maxBytes }, { answer }) {
    const most = maxBytes ?? DEFAULT_MAX_BYTES;
    if (most < 0) throw badInput('maxBytes', 'must not be negative');
    if (maxBytes && maxBytes > answer.mostBase64Bytes) {
      throw badInput('maxBytes', `must be at most ${answer.mostBase64Bytes}`);
    }
    if (file.byteLength > most) throw new GatewayError('CONTENT_TOO_LARGE');
    answer.spendBase64(file.byteLength);
    if (file.blocks === null) throw new GatewayError('INTERNAL_SERVER_ERROR');
    return Buffer.concat(file.blocks).toString('base64');
  },
};

/** All resolvers, one file for each type. A field without a resolver is a property of its model. */
import type { Resolvers } from '../../generated/resolvers.ts';
import { dateTime } from './date-time.ts';
import { identifier } from './identifier.ts';
import { media } from './media.ts';
import { mediaChange } from './media-change.ts';
import { mediaConnection, mediaEdge, pageInfo } from './media-connection.ts';
import { mediaContent } from './media-content.ts';
import { mutation } from './mutation.ts';
import { node } from './node.ts';
import { patient } from './patient.ts';
import { query } from './query.ts';
import { subscription } from './subscription.ts';
import { visit } from './visit.ts';
import { writtenMedia } from './written-media.ts';

export const resolvers: Resolvers = {
  Query: query,
  Mutation: mutation,
  Subscription: subscription,
  SaveMediaPayload: writtenMedia,
  ReplaceMediaPayload: writtenMedia,
  DeleteMediaPayload: writtenMedia,
  Node: node,
  Patient: patient,
  Visit: visit,
  Identifier: identifier,
  Media: media,
  MediaChange: mediaChange,
  MediaContent: mediaContent,
  MediaConnection: mediaConnection,
  MediaEdge: mediaEdge,
  PageInfo: pageInfo,
  DateTime: dateTime,
};

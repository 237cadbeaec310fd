/** A write as its mutation states it, and its result once Redox has accepted it. */
import type { DestinationAlias } from '../media/model/keys.ts';
import type { Identifier } from '../redox/messages.ts';
import type { MediaEvent, MediaEventType } from '../redox/wire/media-event.ts';

export interface MediaWrite {
  readonly type: MediaEventType;
  readonly destinations: readonly [DestinationAlias, ...DestinationAlias[]];
  readonly identifiers: readonly [Identifier, ...Identifier[]];
  readonly documentId: string;
  /** The id of the document that it deletes or replaces; null for a new one. */
  readonly removes: string | null;
  readonly fileName: string;
  readonly fileType: string;
  /** Null for a Delete. */
  readonly content: { readonly base64: string } | { readonly upload: string } | null;
  /** Returns the message, with `contents` in place of the file. */
  readonly eventWith: (contents: string | null) => MediaEvent;
  readonly clientMutationId: string | null;
  /** The whole input without `clientMutationId`, as a text that is equal for equal inputs. */
  readonly text: string;
}

/** A write that Redox has accepted. */
export interface AcceptedWrite {
  /** The first destination that it was sent to. */
  readonly destination: DestinationAlias;
  readonly identifiers: readonly [Identifier, ...Identifier[]];
  readonly documentId: string;
  readonly redoxLogIds: readonly string[];
  readonly clientMutationId: string | null;
}

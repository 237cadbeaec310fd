/**
 * Keeps documents that callers send for Apollo Server: parsed documents, and texts of automatic persisted queries, within a
 * number of bytes.
 */
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { type DocumentNode, type Token, TokenKind } from 'graphql';

/** Some three hundred documents of a hundred tokens, which is more than the clients of one gateway use at a time. */
const MAX_DOCUMENT_BYTES = 24 * 1024 * 1024;

/** A hundred and fifty texts of 10 kB; a client sends a text again when it is missing. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** Measured: a token takes 90 bytes, and the nodes made of it up to 390 more, in a document that contains only fields. */
const TOKEN_BYTES = 512;
/** Comments are tokens without nodes. They are part of the token list to which every node refers. */
const COMMENT_BYTES = 128;
/** A key of 64 characters, and the cache's own record of an entry. */
const ENTRY_BYTES = 512;

/** Apollo Server's own store measures a document as JSON, which leaves out its text, its tokens and its comments. */
export function createDocumentStore(maxBytes = MAX_DOCUMENT_BYTES): InMemoryLRUCache<DocumentNode> {
  return new InMemoryLRUCache<DocumentNode>({ maxSize: maxBytes, sizeCalculation: weighDocument });
}

/** For texts by their hash. */
export function createTextStore(maxBytes = MAX_TEXT_BYTES): InMemoryLRUCache<string> {
  return new InMemoryLRUCache<string>({ maxSize: maxBytes, sizeCalculation: weighText });
}

/** An upper bound of the memory of a parsed document. */
export function weighDocument({ loc }: DocumentNode): number {
  let bytes = ENTRY_BYTES + 2 * (loc?.source.body.length ?? 0);
  for (let token: Token | null = loc?.startToken ?? null; token !== null; token = token.next) {
    bytes += token.kind === TokenKind.COMMENT ? COMMENT_BYTES : TOKEN_BYTES;
  }
  return bytes;
}

/** V8 uses two bytes for each character as soon as one character of the text needs them. */
function weighText(text: string): number {
  return ENTRY_BYTES + 2 * text.length;
}

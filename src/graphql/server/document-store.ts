/** What Apollo Server keeps of documents that callers send: parsed ones, and texts of automatic persisted queries, within bytes. */
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { type DocumentNode, type Token, TokenKind } from 'graphql';

/** Some three hundred documents of a hundred tokens, which is more than the clients of one gateway use at a time. */
const MAX_DOCUMENT_BYTES = 24 * 1024 * 1024;

/** A hundred and fifty texts of 10 kB; one that is missing is sent again by the client. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** Measured: a token takes 90 bytes, and the nodes made of it up to 390 more, in a document of nothing but fields. */
const TOKEN_BYTES = 512;
/** Comments are tokens without nodes. They are part of the list of tokens that every node leads to. */
const COMMENT_BYTES = 128;
/** A key of 64 characters, and the cache's own record of an entry. */
const ENTRY_BYTES = 512;

/** Apollo Server's own store weighs a document as JSON, and so neither its text, nor its tokens, nor its comments. */
export function createDocumentStore(maxBytes = MAX_DOCUMENT_BYTES): InMemoryLRUCache<DocumentNode> {
  return new InMemoryLRUCache<DocumentNode>({ maxSize: maxBytes, sizeCalculation: weighDocument });
}

/** For texts by their hash. */
export function createTextStore(maxBytes = MAX_TEXT_BYTES): InMemoryLRUCache<string> {
  return new InMemoryLRUCache<string>({ maxSize: maxBytes, sizeCalculation: weighText });
}

/** An upper bound of the bytes that a parsed document takes. */
export function weighDocument({ loc }: DocumentNode): number {
  let bytes = ENTRY_BYTES + 2 * (loc?.source.body.length ?? 0);
  for (let token: Token | null = loc?.startToken ?? null; token !== null; token = token.next) {
    bytes += token.kind === TokenKind.COMMENT ? COMMENT_BYTES : TOKEN_BYTES;
  }
  return bytes;
}

/** V8 holds a character in two bytes, as soon as one of the text needs them. */
function weighText(text: string): number {
  return ENTRY_BYTES + 2 * text.length;
}

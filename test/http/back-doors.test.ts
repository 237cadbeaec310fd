/** No byte of a file leaves by another door than `content`: without content:read nothing of it is to be had. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './callers/issuer.ts';

/** Short, so that no answer of base64 is long enough to be taken for a sealed text that holds it. */
const SECRET = 'SYN-SECRET-FILE-7';
const base64 = Buffer.from(`%PDF\n${SECRET}`).toString('base64');
const long = `${SECRET}-`.repeat(100_000);

/** Files, and what a sender may take for one, in every form that begins like a reference. */
const CONTENTS = [
  base64,
  `data:application/pdf;base64,${base64}`,
  `DATA:application/pdf;base64,${base64}`,
  `data:text/plain,${SECRET}`,
  `data:text/plain;charset=utf-8,${long}`,
  `data:${SECRET};base64,${base64}`,
  `data:text/plain;name=${SECRET}`,
  `data:${SECRET}`,
  `Impression: ${SECRET}`,
  `Impression:${SECRET}`,
  `https:${SECRET}`,
  `https://blob.example/ ${SECRET}`,
  `https://blob.example/${long}`,
  `urn:${SECRET}`,
  `urn:uuid:${long}`,
  `blob:https://blob.example/${SECRET}`,
  `file:///${SECRET}`,
  `x${'y'.repeat(29)}:${SECRET}`,
  SECRET,
  ` ${SECRET}`,
];

let gateway: TestGateway;
beforeAll(async () => {
  const settings = { AUTH_MODE: 'jwt', AUTH_ISSUER: ISSUER, AUTH_AUDIENCE: AUDIENCE, INTROSPECTION: 'true' };
  const charts = CONTENTS.map((fileContents, at) =>
    chartDocument('a', { documentId: at % 3 === 0 ? null : `doc-${at}`, fileContents }),
  );
  gateway = await startTestGateway({ charts }, { ...settings, AUTH_JWKS_FILE: await writeJwksFile() });
});
afterAll(() => gateway.close());

const EVERYTHING = `{
  patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) {
    id visits { id }
    media {
      totalCount pageInfo { startCursor endCursor }
      edges { cursor node {
        id documentId documentType documentDescription fileType fileName creationDateTime serviceDateTime contentReference
        content { mediaType byteLength sha256 url base64 }
        patient { id } visit { id }
      } }
    }
  }
}`;

async function askAs(scope: string): Promise<string> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await signToken({ claims: { scope } })}`,
    },
    body: JSON.stringify({ query: EVERYTHING }),
  });
  return JSON.stringify([await response.text(), [...response.headers]]);
}

/** How often it stands there, in the clear or in base64, at whichever place of a group of three bytes. */
function countSecrets(text: string): number {
  const inBase64 = [0, 1, 2].map((offset) =>
    Buffer.from(SECRET.slice(offset)).toString('base64').slice(0, 12),
  );
  return [SECRET, ...inBase64].reduce((sum, form) => sum + text.split(form).length - 1, 0);
}

test('with media:read alone every document is there, and nothing of any file', async () => {
  const answer = await askAs('media:read');
  expect(answer).toContain(`\\"totalCount\\":${CONTENTS.length}`);
  expect(answer.split('FORBIDDEN').length - 1).toBe(CONTENTS.length);
  expect(countSecrets(answer)).toBe(0);
});

test('with content:read files are had by content alone, each once', async () => {
  const answer = await askAs('media:read content:read');
  const files = CONTENTS.filter((one) => one === base64 || /^data:[^;,]*(;[^;,]*)?,|;base64,/i.test(one));
  // The long one is above what base64 gives by default.
  expect(countSecrets(answer)).toBe(files.length - 1);
  expect(answer).not.toContain('\\"contentReference\\":\\"');
});

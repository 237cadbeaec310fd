import { request } from 'node:http';
import { expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { someBytes } from '../http/content/links.ts';
import { countArrivals } from '../support/arrivals.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { SAVE, saving } from './inputs.ts';
import { saveWith, sendUpload, startUploadServer } from './sent-uploads.ts';

test('clients that call for no user are told apart by their client_id', async () => {
  await using guarded = await startTestGateway(
    { charts: [] },
    {
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    },
  );
  const as = async (client_id: string) => ({
    authorization: `Bearer ${await signToken({ claims: { sub: undefined, client_id, scope: 'media:read media:write' } })}`,
  });
  const { body } = await sendUpload(guarded, someBytes(10), 'text/plain', await as('one'));
  expect(await saveWith(guarded, body['upload'], 'x', await as('other'))).toEqual([
    ['BAD_USER_INPUT', 'is not an upload of this caller, or has expired'],
  ]);
  const save = async (client_id: string) => {
    const input = saving('a', { clientMutationId: 'm-1' });
    const { data } = await guarded.ask<{ saveMedia: { redoxLogIds: string[] } }>(
      SAVE,
      { input },
      await as(client_id),
    );
    return data?.saveMedia.redoxLogIds;
  };
  const first = await save('one');
  expect(first).toHaveLength(1);
  expect(await save('one')).toEqual(first);
  expect(await save('other')).not.toEqual(first);
});

test('an answer before the file was there in full is none: nothing half-sent is taken for a file', async () => {
  const uploads = await startUploadServer((_, response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ URI: 'https://blob.example/1' }));
  });
  await using hasty = await startTestGateway({ charts: [] }, uploads);
  const sent = request(new URL('/uploads', hasty.url), {
    method: 'POST',
    headers: { 'content-type': 'text/plain', 'content-length': '1000000' },
    agent: false,
  });
  sent.on('error', () => undefined).write(Buffer.alloc(100_000, 'a'));
  const status = await new Promise<number | undefined>((resolve) => {
    sent.on('response', ({ statusCode }) => resolve(statusCode)).on('close', () => resolve(undefined));
  });
  sent.destroy();
  expect(status).toBe(502);
});

test('a token that Redox refuses costs one upload, which may be sent again', async () => {
  await using own = await startTestGateway({ charts: [] });
  expect((await sendUpload(own, someBytes(10), 'text/plain', {})).status).toBe(201);
  own.redox.revokeTokens();
  expect((await sendUpload(own, someBytes(10), 'text/plain', {})).status).toBe(502);
  expect((await sendUpload(own, someBytes(10), 'text/plain', {})).status).toBe(201);
});

test('a caller who hangs in the middle ends at the deadline, and one who hangs up at once; Redox has nothing of it', async () => {
  const clock = new FakeClock();
  await using impatient = await startTestGateway({ charts: [] }, { OPERATION_TIMEOUT_MS: '500' }, clock);
  const begin = (bytes = 100_000) => {
    const sent = request(new URL('/uploads', impatient.url), {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'content-length': '1000000' },
      agent: false,
    });
    sent.on('error', () => undefined).write(Buffer.alloc(bytes, 'a'));
    return sent;
  };
  // Also one of whose file too little is there to see what it is.
  for (const bytes of [100_000, 100]) {
    using arrivals = countArrivals(impatient.url);
    const hanging = begin(bytes);
    const ended = new Promise<number | undefined>((resolve) => {
      hanging.on('response', ({ statusCode }) => resolve(statusCode)).on('close', () => resolve(undefined));
    });
    await until(() => arrivals.count === 1);
    await settle();
    await clock.advance(500);
    expect([504, undefined]).toContain(await ended);
  }
  begin().destroy();
  await until(async () => (await fetch(new URL('/readyz', impatient.url))).status === 200);
});

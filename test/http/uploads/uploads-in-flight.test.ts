import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { until } from '../../support/until.ts';
import { begin, type Headers, jwt, refused, tokenOf, untilStatus } from '../bodies/begun-requests.ts';

test('uploads: 32 of one caller are under way at once, and others have theirs', async () => {
  await using gateway = await startTestGateway({ charts: [] }, jwt);
  const uploads = new URL('/uploads', gateway.url).href;
  const type = { 'content-type': 'text/plain' };
  const token = { ...(await tokenOf('writer')), ...type };
  const all = Array.from({ length: 40 }, () => begin(uploads, token, 'x'));
  const answered = () => all.flatMap(({ answer }) => answer ?? []);
  await until(() => answered().length >= 8);
  expect(answered()).toEqual(Array.from({ length: 8 }, () => refused));
  const other = { ...(await tokenOf('other')), ...type };
  const send = (headers: Headers) => fetch(uploads, { method: 'POST', headers, body: 'synthetic' });
  expect((await send(other)).status).toBe(201);
  expect((await send({ ...(await tokenOf('reader', 'media:read')), ...type })).status).toBe(403);
  for (const { request } of all) request.destroy();
  await untilStatus(201, () => send(token));
});

test('uploads: whatever three callers have under way, others have theirs', async () => {
  await using gateway = await startTestGateway({ charts: [] }, jwt);
  const uploads = new URL('/uploads', gateway.url).href;
  const type = { 'content-type': 'text/plain' };
  const tokens = await Promise.all(['one', 'two', 'three'].map((sub) => tokenOf(sub)));
  const all = tokens.flatMap((token) =>
    Array.from({ length: 32 }, () => begin(uploads, { ...token, ...type }, 'synthetic '.repeat(2000))),
  );
  const answered = () => all.flatMap(({ answer }) => answer ?? []);
  await until(() => answered().length >= 16);
  expect(answered()).toEqual(Array.from({ length: 16 }, () => refused));
  const send = async (sub: string) =>
    fetch(uploads, { method: 'POST', headers: { ...(await tokenOf(sub)), ...type }, body: 'synthetic' });
  const sent = await Promise.all(['four', 'five', 'six', 'seven'].map(send));
  expect(sent.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  for (const { request } of all) request.destroy();
});

test('uploads that go no further delay no other caller, and end when too little has come for 15 s', async () => {
  const clock = new FakeClock();
  await using gateway = await startTestGateway({ charts: [] }, jwt, clock);
  const uploads = new URL('/uploads', gateway.url).href;
  const type = { 'content-type': 'text/plain' };
  const tokenAt = (sub: string) => tokenOf(sub, 'media:write', clock.wallTime());
  const slow = { ...(await tokenAt('slow')), ...type };
  // More than is looked at before it is sent on.
  const all = Array.from({ length: 20 }, () => begin(uploads, slow, 'synthetic '.repeat(2000)));
  await until(() => clock.nextTimerMs === 15_000);
  const other = { ...(await tokenAt('other')), ...type };
  const send = () => fetch(uploads, { method: 'POST', headers: other, body: 'synthetic' });
  const sent = await Promise.all(Array.from({ length: 12 }, send));
  expect(sent.map(({ status }) => status)).toEqual(sent.map(() => 201));
  expect(all.flatMap(({ answer }) => answer ?? [])).toEqual([]);
  // Eight are sent on at once, and the others are waited for when these have ended.
  for (let round = 0; round < 3; round += 1) await clock.advance(15_000);
  await until(() => all.every(({ answer }) => answer !== null));
  expect(all.map(({ answer }) => answer?.status)).toEqual(all.map(() => 408));
});

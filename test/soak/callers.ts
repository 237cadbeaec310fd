/** Callers of a gateway: some who ask, upload and download as people do, and those of N11 who misbehave. */
import { type ClientRequest, request as open } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isGood, patientQuery } from '../resilience/operations.ts';
import { postOperation } from '../support/gateway.ts';

export type Headers = Readonly<Record<string, string>>;

export interface Counts {
  queries: number;
  uploads: number;
  downloads: number;
  lost: number;
}

/** As dashboards poll, and people save and open a file now and then. */
const QUERY_EVERY_MS = 100;
const FILE_EVERY_MS = 500;
const UPLOADED = Buffer.alloc(50_000, 'synthetic ');

export interface HonestOptions {
  readonly url: string;
  readonly callers: readonly Headers[];
  readonly names: readonly string[];
  /** A link to a small file. */
  readonly link: string;
}

/** Each goes on as soon as it was answered, at most so often: what takes longer is done less often. */
export function startHonestCallers({ url, callers, names, link }: HonestOptions) {
  const counts: Counts = { queries: 0, uploads: 0, downloads: 0, lost: 0 };
  const state = { isOver: false };
  const repeat = async (everyMs: number, work: (round: number) => Promise<boolean>, kind: keyof Counts) => {
    for (let round = 0; !state.isOver; round++) {
      const pause = sleep(everyMs);
      const isDone = await work(round).catch(() => false);
      if (!state.isOver) counts[isDone ? kind : 'lost'] += 1;
      await pause;
    }
  };
  const loops = callers.flatMap((headers, at) => [
    repeat(
      QUERY_EVERY_MS,
      (round) => ask(url, headers, names[(at * 31 + round * 17) % names.length] ?? ''),
      'queries',
    ),
    repeat(FILE_EVERY_MS, () => upload(url, headers), 'uploads'),
    repeat(FILE_EVERY_MS, () => download(link, headers), 'downloads'),
  ]);
  return {
    counts,
    async stop() {
      state.isOver = true;
      await Promise.all(loops);
    },
  };
}

async function ask(url: string, headers: Headers, name: string): Promise<boolean> {
  const { status, errors } = await postOperation(url, { query: patientQuery(name) }, headers);
  return isGood({ status, codes: errors.map(({ extensions }) => extensions.code) });
}

async function upload(url: string, headers: Headers): Promise<boolean> {
  const response = await fetch(new URL('/uploads', url), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'text/plain' },
    body: UPLOADED,
  });
  await response.arrayBuffer();
  return response.status === 201;
}

async function download(link: string, headers: Headers): Promise<boolean> {
  const response = await fetch(link, { headers });
  return response.status === 200 && (await response.arrayBuffer()).byteLength > 0;
}

/** Something that goes on until it is stopped. */
export interface Misbehaviour {
  stop(): void;
}

/** So many of the same query at a time, each followed by the next at once. */
export function startLargestQueries(
  url: string,
  headers: Headers,
  query: string,
  atOnce: number,
): Misbehaviour {
  const state = { isOver: false };
  const loop = async () => {
    while (!state.isOver) await postOperation(url, { query }, headers).catch(() => sleep(100));
  };
  for (let at = 0; at < atOnce; at += 1) void loop();
  return {
    stop() {
      state.isOver = true;
    },
  };
}

/** Uploads of which a byte comes every tenth of a second, after more than is looked at before it is sent on. */
export function startDrippingUploads(url: string, headers: Headers, count: number): Misbehaviour {
  const all = Array.from({ length: count }, () => {
    const sent = open(new URL('/uploads', url), {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-type': 'text/plain' },
    });
    sent.on('error', () => undefined).write('synthetic '.repeat(2000));
    return sent;
  });
  const timer = setInterval(() => {
    for (const sent of all) if (!sent.destroyed) sent.write('x');
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      for (const sent of all) sent.destroy();
    },
  };
}

/** Downloads of which nothing is read. */
export function startStalledReaders(links: readonly string[], headers: Headers): Misbehaviour {
  const all: ClientRequest[] = links.map((link) => {
    const sent = open(link, { agent: false, headers }, (response) => {
      response.on('error', () => undefined).pause();
    });
    sent.on('error', () => undefined).end();
    return sent;
  });
  return {
    stop() {
      for (const sent of all) sent.destroy();
    },
  };
}

/** Connections that send nothing, and ones that send a request's headers a byte at a time. */
export function openIdleConnections(url: string, count: number) {
  const { hostname, port } = new URL(url);
  const all = Array.from({ length: 2 * count }, (_, at) => {
    const socket = connect(Number(port), hostname);
    const connection = { isClosed: false, drips: at % 2 === 1, socket };
    socket
      .on('error', () => undefined)
      .once('close', () => {
        connection.isClosed = true;
      });
    socket.resume();
    if (connection.drips) socket.write('GET /livez HTTP/1.1\r\nx-slow: ');
    return connection;
  });
  const timer = setInterval(() => {
    for (const { drips, isClosed, socket } of all)
      if (drips && !isClosed && socket.writable) socket.write('x');
  }, 1000);
  return {
    get open() {
      return all.filter(({ isClosed }) => !isClosed).length;
    },
    stop() {
      clearInterval(timer);
      for (const { socket } of all) socket.destroy();
    },
  };
}

/** A HEAD of the same link every so many milliseconds. */
export function startHeads(link: string, headers: Headers, everyMs: number): Misbehaviour {
  const timer = setInterval(() => {
    void fetch(link, { method: 'HEAD', headers }).catch(() => undefined);
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
    },
  };
}

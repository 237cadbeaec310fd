/** Fields of one operation, and links, see the writes before them. */
import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Gate } from '../support/gate.ts';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { ask, charts, OF_B } from './asked-documents.ts';
import { DELETE, deletion, saving } from './inputs.ts';

describe('in one operation', () => {
  test('a document that is saved and then deleted is there, and then gone', async () => {
    await using gateway = await startTestGateway({ charts });
    const input = saving('a', { documentId: 'new' });
    const { content: _, ...described } = input;
    const { data, errors } = await gateway.ask(
      `mutation ($save: SaveMediaInput!, $delete: DeleteMediaInput!) {
        saveMedia(input: $save) { media { documentId } }
        deleteMedia(input: $delete) { media { documentId } }
      }`,
      { save: input, delete: described },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ saveMedia: { media: { documentId: 'new' } }, deleteMedia: { media: null } });
  });

  test('a document that is saved twice shows each file in its turn, also to the patient beside it', async () => {
    await using gateway = await startTestGateway({ charts });
    const [first, second] = ['first', 'second'].map((text) => {
      const base64 = Buffer.from(text).toString('base64');
      return saving('a', { documentId: 'new', content: { base64 } });
    });
    const media =
      'media { content { sha256 } patient { media { nodes { documentId content { sha256 } } } } }';
    const { data, errors } = await gateway.ask<
      Record<
        'one' | 'two',
        {
          media: {
            content: { sha256: string };
            patient: { media: { nodes: { documentId: string; content: { sha256: string } }[] } };
          };
        }
      >
    >(
      `mutation ($one: SaveMediaInput!, $two: SaveMediaInput!) {
        one: saveMedia(input: $one) { ${media} }
        two: saveMedia(input: $two) { ${media} }
      }`,
      { one: first, two: second },
    );
    expect(errors).toEqual([]);
    for (const [name, text] of [
      ['one', 'first'],
      ['two', 'second'],
    ] as const) {
      const shown = data?.[name].media;
      expect(shown?.content.sha256).toBe(hash('sha256', text));
      const inChart = shown?.patient.media.nodes.find(({ documentId }) => documentId === 'new');
      expect(inChart?.content.sha256).toBe(hash('sha256', text));
    }
  });

  test('a mutation about another patient does not ask again what was loaded', async () => {
    await using gateway = await startTestGateway({ charts });
    const chart = 'media { patient { media { nodes { documentId } } } }';
    const other = saving('b', { documentId: 'new-b' });
    const calls = await gateway.countCalls(async () => {
      const { errors } = await gateway.ask(
        `mutation ($one: SaveMediaInput!, $two: SaveMediaInput!) {
          one: saveMedia(input: $one) { ${chart} }
          two: saveMedia(input: $two) { accepted }
        }`,
        { one: saving('a', { documentId: 'new' }), two: other },
      );
      expect(errors).toEqual([]);
    });
    expect(calls).toBe(4);
  });
});

test('a file by its link is the one after the write', async () => {
  await using gateway = await startTestGateway({ charts });
  const { data } = await gateway.ask<{ media: { content: { url: string } } }>(
    '{ media(documentId: "old") { content { url } } }',
  );
  const gate = new Gate();
  gateway.redox.answerWrite = async () => {
    await gate.passed;
    return undefined;
  };
  const writing = gateway.ask(DELETE, { input: deletion('a', { documentId: 'old' }) });
  await until(() => gateway.redox.inFlight === 1);
  const download = fetch(data?.media.content.url ?? '');
  expect(await ask(gateway, OF_B)).toEqual(['of-b']);
  gate.open();
  await writing;
  expect((await download).status).toBe(404);
});

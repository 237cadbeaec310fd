/** A gateway whose only chart holds the corpus, a document each. */
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { askWell, chartDocument } from '../support/own-chart.ts';
import { CORPUS } from './corpus.ts';
import { FILES } from './made-files.ts';

/** No ending, but a dot. */
export const FILE_NAME = 'Befund 12.03.2026';

export function linkedCorpus(): Promise<TestGateway> {
  return startTestGateway({
    charts: CORPUS.map(({ file, declared }, at) =>
      chartDocument('a', {
        documentId: `doc-${at}`,
        fileType: declared,
        fileName: FILE_NAME,
        fileContents: bytesOf(file).toString('base64'),
      }),
    ),
  });
}

export function bytesOf(file: string): Buffer {
  const make = FILES[file];
  if (make === undefined) throw new Error(`No file is called ${file}.`);
  return make();
}

export async function contentOf(
  gateway: TestGateway,
  at: number,
): Promise<{ mediaType: string; url: string }> {
  const query = 'query ($id: ID!) { media(documentId: $id) { content { mediaType url } } }';
  const { media } = await askWell<{ media: { content: { mediaType: string; url: string } } }>(
    gateway,
    query,
    {
      id: `doc-${at}`,
    },
  );
  return media.content;
}

export async function linkOf(gateway: TestGateway, at: number): Promise<string> {
  return (await contentOf(gateway, at)).url;
}

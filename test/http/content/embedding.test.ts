/** Which pages may show the files of links. */
import { expect, test } from 'vitest';
import { startTestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { download, linkTo } from './links.ts';

test('with CONTENT_EMBEDDING=same-origin no other site may show a file', async () => {
  await using own = await startTestGateway(
    { charts: [chartDocument('a', { documentId: 'small' })] },
    { CONTENT_EMBEDDING: 'same-origin' },
  );
  const { url } = await linkTo(own, 'small');
  const { sha256 } = await linkTo(own, 'small');
  for (const [headers, method] of [
    [{}, 'GET'],
    [{}, 'HEAD'],
    [{ range: 'bytes=0-1' }, 'GET'],
    [{ 'if-none-match': `"${sha256}"` }, 'GET'],
  ] as const) {
    const answer = await download(url, headers, method);
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  }
});

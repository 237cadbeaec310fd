/**
 * `node examples/client/main.ts [MRN]`: lists a patient's documents, page by page. GATEWAY_URL and GATEWAY_TOKEN name the gateway
 * and the token.
 */
import { send } from './gateway.ts';
import { PatientDocuments } from './operations.ts';

const { GATEWAY_URL: url = 'http://localhost:4000/graphql', GATEWAY_TOKEN: token } = process.env;
const identifier = { value: process.argv[2] ?? 'SYN-000417', idType: 'MR' };

let after: string | null | undefined;
do {
  const { data, errors } = await send({ url, token }, PatientDocuments, { identifier, after });
  for (const { message, extensions } of errors) process.stderr.write(`${extensions.code}: ${message}\n`);
  const media = data?.patient?.media;
  if (!media) process.exit(1);
  if (after === undefined) process.stdout.write(`${media.totalCount} documents\n`);
  for (const { serviceDateTime, documentType, fileName, visit } of media.nodes) {
    const columns = [serviceDateTime, documentType, fileName, visit?.visitNumber];
    process.stdout.write(`${columns.map((column) => column ?? '–').join('  ')}\n`);
  }
  after = media.pageInfo.hasNextPage ? media.pageInfo.endCursor : null;
} while (after);

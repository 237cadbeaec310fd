/** Mutations and their inputs, complete and synthetic. */

const PAYLOAD = `{
  accepted redoxLogIds clientMutationId
  media { documentId documentType patient { identifier { value } } }
}`;
export const SAVE = `mutation Save($input: SaveMediaInput!) { saveMedia(input: $input) ${PAYLOAD} }`;
export const REPLACE = `mutation Replace($input: ReplaceMediaInput!) { replaceMedia(input: $input) ${PAYLOAD} }`;
export const DELETE = `mutation Delete($input: DeleteMediaInput!) { deleteMedia(input: $input) ${PAYLOAD} }`;

/** A document of the patient `name`, with `change` over what is usual. */
export function saving(name: string, change: object = {}): Record<string, unknown> {
  return {
    ...deletion(name),
    content: { base64: Buffer.from('synthetic').toString('base64') },
    ...change,
  };
}

export function deletion(name: string, change: object = {}): Record<string, unknown> {
  return {
    patient: { identifiers: [{ value: `SYN-${name}`, idType: 'MR' }] },
    documentId: `${name}-document`,
    documentType: 'Consent Form',
    fileName: 'consent.pdf',
    fileType: 'PDF',
    provider: { id: '4356789876', idType: 'NPI' },
    ...change,
  };
}

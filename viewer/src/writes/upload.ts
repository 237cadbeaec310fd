/** `POST /uploads` with progress, which `fetch` does not report for uploads. */
import { type Problem, problemOf, readErrors } from '../graphql/errors.ts';
import { besidePage } from '../page-config.ts';
import { authorizationHeader } from '../session/token.ts';

export class UploadRefused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/**
 * Resolves to the token for `content: { upload }` of a mutation. `onProgress` is called with the fraction that has been sent, 0
 * to 1.
 */
export function upload(file: File, onProgress: (share: number) => void): Promise<string> {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 0),
    );
    request.addEventListener('error', () => reject(new UploadRefused(problemOf('NETWORK'))));
    request.addEventListener('load', () => {
      if (request.status === 201) resolve((JSON.parse(request.responseText) as { upload: string }).upload);
      else reject(new UploadRefused(refusalOf(request)));
    });
    request.open('POST', besidePage('uploads'));
    for (const [name, value] of Object.entries(authorizationHeader())) request.setRequestHeader(name, value);
    request.send(form);
  });
}

/** The gateway's own sentence explains best why it does not accept a file. */
function refusalOf({ status, responseText }: XMLHttpRequest): Problem {
  const [error] = readErrors(responseText);
  const code = String(error?.extensions?.code ?? 'INTERNAL_SERVER_ERROR');
  if (code !== 'BAD_REQUEST' && code !== 'BAD_USER_INPUT') return problemOf(code);
  return {
    code: String(status),
    title: 'The file is not accepted.',
    advice: error?.message ?? '',
    logIds: [],
  };
}

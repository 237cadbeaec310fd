/** The requests that are wrong themselves: the status and the sentence of each `BAD_REQUEST`. Errors with codes of their own: `ERRORS`. */

interface BadRequestRule {
  readonly status: number;
  readonly message: string;
}

export const BAD_REQUESTS = {
  notHttp: { status: 400, message: 'The request is not HTTP.' },
  urlNotUtf8: { status: 400, message: 'The URL is not UTF-8.' },
  bodyNotJson: { status: 400, message: 'The request body is not JSON in UTF-8.' },
  unknownPath: { status: 404, message: 'This path does not exist; GraphQL is at /graphql.' },
  methodNotAllowed: { status: 405, message: 'This method is not allowed here; see the Allow header.' },
  requestTooSlow: { status: 408, message: 'The request did not arrive in time.' },
  requestTooLarge: { status: 413, message: 'The request is too large.' },
  bodyOfOtherType: {
    status: 415,
    message: 'The request body must be application/json in UTF-8, without a content coding.',
  },
  headTooLarge: { status: 431, message: 'The URL and headers of the request are too long.' },
  // Downloads.
  fileGone: { status: 404, message: 'The document is not there any more.' },
  fileChanged: { status: 409, message: 'The file has changed since the link was made; ask for a new one.' },
  linkExpired: { status: 410, message: 'The link has expired; ask for a new one.' },
  preconditionFailed: { status: 412, message: 'If-Match does not match this file.' },
  rangeNotSatisfiable: { status: 416, message: 'The file ends before this range.' },
  // Uploads.
  fileEmpty: { status: 400, message: 'The file is empty.' },
  fileIncomplete: { status: 400, message: 'The file did not arrive completely.' },
  boundaryMissing: { status: 400, message: 'The Content-Type of a form must state its boundary.' },
  fileTooSlow: { status: 408, message: 'The file did not arrive in time.' },
  fileTooLarge: { status: 413, message: 'The file is too large.' },
  formTooLarge: { status: 413, message: 'The form holds too many bytes besides its file.' },
  tooManyParts: { status: 413, message: 'The form has too many parts.' },
  fileCompressed: { status: 415, message: 'Send the file as it is, without Content-Encoding.' },
  fileEncoded: { status: 415, message: 'Send the file in binary, without Content-Transfer-Encoding.' },
  fileInEnvelope: {
    status: 415,
    message:
      'Send the file itself, with its own Content-Type, or as the one file of a multipart/form-data form.',
  },
  typeMissing: { status: 415, message: 'The Content-Type must name the type of the file.' },
  typeContradicted: { status: 415, message: 'The file is not of the type that its Content-Type states.' },
  fileExecutable: { status: 415, message: 'Executable files are not accepted.' },
  severalFiles: { status: 415, message: 'The form holds several files: send one request for each.' },
  fileMissing: { status: 415, message: 'The form holds no file: send it as a part with a file name.' },
} as const satisfies Record<string, BadRequestRule>;

export type BadRequest = keyof typeof BAD_REQUESTS;

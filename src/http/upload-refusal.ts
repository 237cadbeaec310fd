/** Ends an upload: the status and the fixed sentence of its response. */
export class UploadRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function tooLarge(): UploadRefusal {
  return new UploadRefusal(413, 'The file is too large.');
}

export function incomplete(): UploadRefusal {
  return new UploadRefusal(400, 'The file did not arrive completely.');
}

/** Too little of it came for too long. */
export function tooSlow(): UploadRefusal {
  return new UploadRefusal(408, 'The file did not arrive in time.');
}

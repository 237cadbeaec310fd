/** Ends an upload that is a bad request. */
import { BAD_REQUESTS, type BadRequest } from '../bad-requests.ts';

export class UploadRefusal extends Error {
  readonly problem: BadRequest;

  constructor(problem: BadRequest) {
    super(BAD_REQUESTS[problem].message);
    this.name = 'UploadRefusal';
    this.problem = problem;
  }

  get status(): number {
    return BAD_REQUESTS[this.problem].status;
  }
}

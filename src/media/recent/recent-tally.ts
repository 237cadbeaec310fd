/** Counts lookups of remembered answers or files, and the bytes that they take. Metrics read these counts. */
export class RecentTally {
  hits = 0;
  misses = 0;
  evictions = 0;
  bytes = 0;

  countLookUp(isFound: boolean): void {
    if (isFound) this.hits += 1;
    else this.misses += 1;
  }
}

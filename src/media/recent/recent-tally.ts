/** How often what is remembered was looked for, and what it takes; counted where it happens, read by metrics. */
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

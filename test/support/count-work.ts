/** How much a piece of work does, in what V8 counts and not in time: how often the blocks of some source files are run. */
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

/** Code that V8 has optimized counts less, or nothing, and when V8 optimizes depends on how busy the machine is. */
for (const flag of ['--no-turbofan', '--no-maglev']) setFlagsFromString(flag);

/** Counts from here on and to the end: what ran before V8 begins to count it may not be counted later either. */
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** `files`: ends of the paths of the sources that are counted. */
export async function countWork(work: () => unknown, files: readonly string[]): Promise<number> {
  await session.post('Profiler.takePreciseCoverage');
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ranges = result
    .filter(({ url }) => files.some((file) => url.split('?')[0]?.endsWith(file)))
    .flatMap(({ functions }) => functions.flatMap((one) => one.ranges));
  const count = ranges.reduce((sum, range) => sum + range.count, 0);
  if (count === 0) throw new Error('nothing was counted: the files are not among those that ran');
  return count;
}

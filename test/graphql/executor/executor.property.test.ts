/** The compiled executor gives what graphql-js gives: data, order, errors, lengths of lists, and what resolvers are called with. */
import fc from 'fast-check';
import { type GraphQLSchema, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompiledExecutor, type Executor } from '../../../src/graphql/executor/executor.ts';
import { createSubgraph, readTypeDefs } from '../../../src/graphql/schema/schema.ts';
import { CASES } from '../../support/cases.ts';
import { seeCompiled, seeGraphqlJs } from './compare.ts';
import { Dice } from './dice.ts';
import { createNastySchema } from './nasty-schema.ts';
import { writeOperation } from './random-operation.ts';
import { resolveAtRandom } from './random-values.ts';

/**
 * graphql-js leaves promises of a list unhandled when a later entry throws at once, as it must for its answer to be what it
 * is; so does the random data. Vitest would take each for a fault of the test.
 */
const listeners = process.listeners('unhandledRejection');
const ignore = () => {};
beforeAll(() => {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', ignore);
});
afterAll(async () => {
  await new Promise(setImmediate);
  process.off('unhandledRejection', ignore);
  for (const listener of listeners) process.on('unhandledRejection', listener);
});

const nasty = resolveAtRandom(createNastySchema(), 7);
const own = resolveAtRandom(createSubgraph(readTypeDefs(), {}), 11);

describe.each([
  ['a schema made to be nasty', nasty],
  ["this gateway's schema", own],
])('over %s', (_, schema) => {
  test('a compiled operation answers exactly as graphql-js does, however often it is executed', async () => {
    const counts = { declined: 0 };
    const executor = createCompiledExecutor({
      schema,
      fromUse: 2,
      weighDocument: () => 1000,
      onDeclined: () => {
        counts.declined += 1;
      },
    });
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        await expectNoDifference(schema, executor, new Dice(seed));
      }),
      { numRuns: CASES, endOnFailure: true },
    );
    expect(counts.declined).toBeLessThan(1 + CASES / 20);
  });
});

async function expectNoDifference(schema: GraphQLSchema, executor: Executor, dice: Dice): Promise<void> {
  const { text, variables } = writeOperation(schema, dice);
  const document = parse(text);
  // The second request for a document is the first that may find it compiled.
  await executor({ document, operationName: 'unknown' });
  for (const variableValues of variables) {
    const options = {
      seed: dice.below(2 ** 31),
      faultOnceIn: dice.pick([5, 20, 100, 1000]),
      isAsync: !dice.oneIn(3),
    };
    const expected = await seeGraphqlJs(schema, document, variableValues, options);
    const seen = await seeCompiled(executor, document, variableValues, options);
    expect(seen, `${text}\n${JSON.stringify(variableValues)}`).toEqual(expected);
  }
}

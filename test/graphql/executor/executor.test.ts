/** Where compiled execution is known to go wrong elsewhere, and which operations are compiled at all. */
import { buildSchema, type DocumentNode, execute, type GraphQLSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { CompiledDocuments } from '../../../src/graphql/executor/compiled-documents.ts';
import { createCompiledExecutor } from '../../../src/graphql/executor/executor.ts';

const SCHEMA = buildSchema(`
  type Query { list: [Item], must: [Item!], text(of: String! = "x", shape: Shape): String, item: Item, named: Named }
  type Mutation { first: Int!, second: Int }
  type Subscription { item: Item, named: Named }
  interface Named { name: String }
  type Item implements Named { name: String, item: Item, must: String! }
  input Shape { side: Int = 3, list: [Int] }
`);

function start(schema: GraphQLSchema = SCHEMA) {
  const declined: string[] = [];
  const executor = createCompiledExecutor({
    schema,
    fromUse: 2,
    weighDocument: () => 1,
    onDeclined: (reason) => declined.push(reason),
  });
  /** The third answer, and whether graphql-js gives the same. */
  const answer = async (text: string, rootValue: unknown, variableValues: Record<string, unknown> = {}) => {
    const document = parse(text);
    const request = { document, rootValue, variableValues };
    await executor(request);
    await executor(request);
    const [compiled, expected] = [await executor(request), await execute({ schema, ...request })];
    expect(JSON.stringify(compiled)).toBe(JSON.stringify(expected));
    return compiled;
  };
  return { executor, declined, answer };
}

describe('the result is that of graphql-js', () => {
  test('a rejected entry is null in its place, and the list keeps its length', async () => {
    const list = () => [{ name: 'a' }, Promise.reject(new Error('no')), { name: 'c' }, new Error('never')];
    const { data, errors } = await start().answer('{ list { name } }', { list });
    expect(JSON.stringify(data)).toBe('{"list":[{"name":"a"},null,{"name":"c"},null]}');
    expect(errors?.map(({ path }) => path)).toEqual([
      ['list', 3],
      ['list', 1],
    ]);
  });

  test('a list whose entries must not be null is null as a whole', async () => {
    const must = () => [{ name: 'a' }, Promise.resolve(null)];
    const { data, errors } = await start().answer('{ must { name } }', { must });
    expect(JSON.stringify(data)).toBe('{"must":null}');
    expect(errors).toHaveLength(1);
  });

  test('an absent variable has its default, and a directive with it is decided anew by every request', async () => {
    const text =
      'query ($x: Boolean! = false, $y: String) { text(of: $y) @skip(if: $x) other: text @include(if: $x) }';
    const { executor } = start();
    const document = parse(text.replace('of: $y', 'of: "z"'));
    const rootValue = { text: ({ of }: { of: string }) => of };
    const ask = async (variableValues: Record<string, unknown>) =>
      JSON.stringify((await executor({ document, rootValue, variableValues })).data);
    const answers = [
      await ask({}),
      await ask({ x: true }),
      await ask({}),
      await ask({ x: true }),
      await ask({ x: false }),
    ];
    expect(answers).toEqual([
      '{"text":"z"}',
      '{"other":"x"}',
      '{"text":"z"}',
      '{"other":"x"}',
      '{"text":"z"}',
    ]);
  });

  test('an error of variables is that of graphql-js', async () => {
    const { errors, data } = await start().answer('query ($y: String!) { text(of: $y) }', {}, { y: 5 });
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toContain('Variable "$y" got invalid value 5');
  });

  test('introspection is compiled too', async () => {
    const { data } = await start().answer(
      '{ __schema { types { name fields { name args { name defaultValue } } } } }',
      {},
    );
    expect(JSON.stringify(data)).toContain('"Item"');
  });

  test('lists of nodes are of one execution: what a resolver remembers by them never meets other variables', async () => {
    const lists = new Set<unknown>();
    const rootValue = {
      text: (_: unknown, __: unknown, { fieldNodes }: { fieldNodes: unknown }) => lists.add(fieldNodes).size,
    };
    const { executor } = start();
    const document = parse('query ($y: String!) { text(of: $y) }');
    for (const y of ['a', 'b', 'c', 'd']) await executor({ document, rootValue, variableValues: { y } });
    expect(lists.size).toBe(4);
  });

  test('an event of a subscription is executed as by graphql-js', async () => {
    const text =
      'subscription ($x: Boolean = true) { item { name @include(if: $x) must } named { __typename name } }';
    const event = { item: { name: () => 'a', must: Promise.resolve(null) }, named: { __typename: 'Item' } };
    const { declined, answer } = start();
    const { data, errors } = await answer(text, event);
    expect(JSON.stringify(data)).toBe('{"item":null,"named":{"__typename":"Item","name":null}}');
    expect(errors?.map(({ path }) => path)).toEqual([['item', 'must']]);
    expect(declined).toEqual([]);
  });

  test('arguments are made anew for every call', async () => {
    const rootValue = {
      text(args: { of: string; shape: { side: number; list: number[] } }) {
        const before = `${args.of}${args.shape.side}${args.shape.list.length}`;
        args.of = 'changed';
        args.shape.side = 0;
        args.shape.list.push(1);
        return before;
      },
    };
    const { data } = await start().answer(
      '{ a: text(shape: { list: [] }) b: text(of: "y", shape: { list: 1 }) }',
      rootValue,
    );
    expect(JSON.stringify(data)).toBe('{"a":"x30","b":"y31"}');
  });
});

describe('what is compiled', () => {
  /** How many fields are planned of a document at its third use. */
  function compiledOf(document: DocumentNode, documents: CompiledDocuments, name: string | null = null) {
    documents.prepare(document, name);
    const prepared = documents.prepare(document, name);
    return prepared && documents.compile(document, prepared, {});
  }
  const open = (limits: { maxDocuments?: number; maxBytes?: number } = {}) => {
    const declined: string[] = [];
    const onDeclined = (reason: string) => declined.push(reason);
    const documents = new CompiledDocuments({
      schema: SCHEMA,
      fromUse: 2,
      weighDocument: () => 1000,
      onDeclined,
      ...limits,
    });
    return { documents, declined };
  };

  test('a document is at its second use', () => {
    const { documents } = open();
    const document = parse('{ item { name } }');
    expect(documents.prepare(document, null)).toBeNull();
    expect(documents.size).toBe(0);
    expect(compiledOf(document, documents)?.fieldCount).toBe(2);
  });

  test('a mutation, an unknown operation, and one of several without a name are not', () => {
    const { documents } = open();
    expect(compiledOf(parse('mutation { first second }'), documents)).toBeNull();
    const several = parse('query A { item { name } } query B { text } mutation C { second }');
    expect([null, 'X', 'C'].map((name) => compiledOf(several, documents, name))).toEqual([null, null, null]);
    expect(compiledOf(several, documents, 'B')?.fieldCount).toBe(1);
  });

  test('fragments that spread each other to millions of fields are left to graphql-js, which answers', async () => {
    const links = Array.from(
      { length: 60 },
      (_, at) => `fragment F${at} on Item { a: item { ...F${at + 1} } b: item { ...F${at + 1} } }`,
    );
    const text = `{ item { ...F0 } } ${links.join(' ')} fragment F60 on Item { name }`;
    const { answer, declined } = start();
    await answer(text, { item: { item: { name: 'x' } } });
    expect(declined).toEqual(['too-large']);
  });

  test('a document that cannot be compiled is left to graphql-js, said once for each time that it was tried', async () => {
    const { answer, declined } = start();
    const { errors } = await answer('{ text item @skip(if: "no") { name } }', {});
    expect(errors).toHaveLength(1);
    expect(declined).toEqual(['failed']);
  });

  test('those used lately are kept, within a number', () => {
    const { documents } = open({ maxDocuments: 2 });
    const [a, b, c] = ['{ text }', '{ item { name } }', '{ list { name } }'].map((text) => parse(text));
    if (!a || !b || !c) throw new Error('There are three documents.');
    for (const one of [a, b, a, c]) compiledOf(one, documents);
    expect(documents.size).toBe(2);
    expect(documents.bytes).toBe(2 * 1000 + (1 + 2) * 1024);
  });

  test('they are kept within bytes, whatever the values in their directives', () => {
    const { documents } = open({ maxBytes: 3000 });
    for (let at = 0; at < 20; at += 1) compiledOf(parse(`{ a${at}: text }`), documents);
    expect(documents.size).toBe(1);
    expect(documents.bytes).toBeLessThanOrEqual(3000);
  });

  test('an operation has at most eight plans, one for each set of values in its directives', () => {
    const { documents } = open();
    const names = Array.from({ length: 5 }, (_, at) => `x${at}`);
    const document = parse(
      `query (${names.map((name) => `$${name}: Boolean!`).join()}) { ${names.map((name) => `${name}: text @skip(if: $${name})`).join(' ')} }`,
    );
    documents.prepare(document, null);
    const prepared = documents.prepare(document, null);
    if (!prepared) throw new Error('It is prepared.');
    const plans = Array.from({ length: 32 }, (_, bits) =>
      documents.compile(
        document,
        prepared,
        Object.fromEntries(names.map((name, at) => [name, (bits & (1 << at)) !== 0])),
      ),
    );
    expect(plans.filter((plan) => plan !== null)).toHaveLength(8);
    expect(plans.slice(0, 2).map((plan) => plan?.fieldCount)).toEqual([5, 4]);
  });
});

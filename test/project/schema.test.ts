/** The schema documents itself: nothing in it is left without a description that says something. */
import { Kind, parse, visit } from 'graphql';
import { expect, test } from 'vitest';
import { readTypeDefs } from '../../src/graphql/schema/schema.ts';

/** A description shorter than this repeats a name at best. */
const MIN_LETTERS = 10;

test('every type, field, argument, input field and enum value has a description', () => {
  const described: string[] = [];
  const bare: string[] = [];
  const path: string[] = [];
  visit(parse(readTypeDefs()), {
    enter(node) {
      if (!('name' in node) || node.name?.kind !== Kind.NAME || !/Definition$/.test(node.kind)) return;
      path.push(node.name.value);
      const description = 'description' in node ? (node.description?.value ?? '') : '';
      (description.trim().length >= MIN_LETTERS ? described : bare).push(path.join('.'));
    },
    leave(node) {
      if ('name' in node && node.name?.kind === Kind.NAME && /Definition$/.test(node.kind)) path.pop();
    },
  });
  expect(bare).toEqual([]);
  expect(described).toEqual(
    expect.arrayContaining([
      'Query.patients.patients',
      'Media.documentId',
      'MediaFilter.created',
      'OrderDirection.ASC',
    ]),
  );
});

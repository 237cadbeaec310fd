/** What follows a failed Media Query, as tables. */
import { describe, expect, test } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createBox } from '../../../src/media/model/need.ts';
import {
  afterFailure,
  type FailedCall,
  findListToSplit,
} from '../../../src/media/resilience/after-failure.ts';
import { retryDelayMs } from '../../../src/media/resilience/retry-policy.ts';
import { RedoxError, ruleOfStatus } from '../../../src/redox/redox-error.ts';
import { needOf } from '../../support/core.ts';

const NOW = 1000;
const POLICY = { delayMs: 200, mayRetry: true, maySplit: true };
const FAIL = { kind: 'fail', lacksSplitBudget: false };
const ONE: FailedCall = { box: needOf(['a']).box, half: null, attempt: 1, lastDeadline: 5000 };
const TWO: FailedCall = { ...ONE, box: needOf(['a', 'b']).box };
const byStatus = (status: number) => new RedoxError(ruleOfStatus(status).code, ruleOfStatus(status));

describe('the status of the response decides', () => {
  test.each([
    [400, 'fail', 'split'],
    [401, 'fail', 'fail'],
    [403, 'fail', 'fail'],
    [404, 'fail', 'fail'],
    [413, 'fail', 'split'],
    [429, 'requeue', 'requeue'],
    [500, 'retry', 'retry'],
    [501, 'fail', 'fail'],
    [502, 'retry', 'retry'],
    [503, 'retry', 'retry'],
    [504, 'retry', 'split'],
    [302, 'fail', 'fail'],
  ])('%i: for one patient %s, for two patients %s', (status, ofOne, ofTwo) => {
    const kinds = [ONE, TWO].map((call) => afterFailure(call, byStatus(status), POLICY, NOW).kind);
    expect(kinds).toEqual([ofOne, ofTwo]);
  });
});

describe('a call that could be retried', () => {
  test.each<[string, Partial<FailedCall>, Partial<typeof POLICY>, object]>([
    ['is retried after the delay', {}, {}, { kind: 'retry', at: 1200 }],
    ['fails when it is a retry: there is no third attempt', { attempt: 2 }, {}, FAIL],
    ['fails when it is a half, which counts as a second attempt', { half: {} }, {}, FAIL],
    ['fails when the breakers or the budget do not allow a retry', {}, { mayRetry: false }, FAIL],
    ['fails when no operation waits for it', { lastDeadline: null }, {}, FAIL],
    ['fails when the last deadline comes before the retry', { lastDeadline: 1200 }, {}, FAIL],
    [
      'is retried when the last deadline comes just after the retry',
      { lastDeadline: 1201 },
      {},
      { kind: 'retry', at: 1200 },
    ],
  ])('%s', (_, call, policy, next) => {
    expect(afterFailure({ ...ONE, ...call }, byStatus(503), { ...POLICY, ...policy }, NOW)).toEqual(next);
  });
});

describe('a call that could be split', () => {
  test.each<[string, Partial<FailedCall>, string]>([
    ['is split even when the retry budget is used up', {}, 'split'],
    ['is split when it is itself a half', { half: {} }, 'split'],
    ['is split when it is a retry', { attempt: 2 }, 'split'],
    ['fails when no operation waits for it', { lastDeadline: null }, 'fail'],
  ])('%s', (_, call, kind) => {
    const policy = { ...POLICY, mayRetry: false };
    expect(afterFailure({ ...TWO, ...call }, byStatus(413), policy, NOW).kind).toBe(kind);
  });

  test.each([
    [400, { kind: 'fail', lacksSplitBudget: true }],
    [504, { kind: 'retry', at: 1200 }],
  ])('is not split after a %i when the split budget is used up', (status, next) => {
    expect(afterFailure(TWO, byStatus(status), { ...POLICY, maySplit: false }, NOW)).toEqual(next);
  });

  test.each<[string, Partial<FailedCall>, string]>([
    ['is retried first', {}, 'retry'],
    ['is split when it is a retry', { attempt: 2 }, 'split'],
    ['is split when it is itself a half', { half: {} }, 'split'],
    ['fails as a retry for one value', { box: ONE.box, attempt: 2 }, 'fail'],
  ])('by an error that may be about the query once it is repeated %s', (_, call, kind) => {
    const error = new RedoxError('UPSTREAM_UNAVAILABLE', { autoRetry: true, splittableOnRepeat: true });
    expect(afterFailure({ ...TWO, ...call }, error, POLICY, NOW).kind).toBe(kind);
  });

  test('is split along its longest list', () => {
    const box = createBox({ documentIds: ['1', '2', '3'], documentTypes: ['A', 'B'] });
    expect(findListToSplit({ ...ONE, box }, byStatus(400))).toEqual({
      dimension: 'documents',
      values: box.documents,
    });
  });
});

test.each([
  ['any other error', new Error('a bug')],
  ['an error of the gateway', new GatewayError('OVERLOADED', { retryable: true })],
  ['an abort', new DOMException('gone', 'AbortError')],
])('%s is final, since it proves nothing about Redox', (_, error) => {
  expect(afterFailure(TWO, error, POLICY, NOW)).toEqual(FAIL);
});

test('a retry has a random delay of up to half a second', () => {
  expect(retryDelayMs(() => 0.5)).toBe(250);
});

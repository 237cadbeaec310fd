/** Operations that would need too many upstream calls: none is made, and what is too long is named. */
import { expect, test } from 'vitest';
import { chartsOf, documentsOf, namesUpTo, needOf, outcomeOf, startCore } from '../support/core.ts';
import { startTestGateway } from '../support/gateway.ts';
import { byRecordNumber } from '../support/own-chart.ts';

test('no call is made for an operation beyond its budget, in none of its destinations', async () => {
  await using core = await startCore({ settings: { BATCH_MAX_PATIENTS: '5', MAX_CALLS_PER_OPERATION: '3' } });
  const operation = core.openOperation();
  const loads = [
    operation.load(needOf(['p1'], {}, 'county')),
    ...namesUpTo(16).map((name) => operation.load(needOf([name]))),
  ];
  expect(new Set(await Promise.all(loads.map(outcomeOf)))).toEqual(new Set(['BAD_USER_INPUT']));
  expect(core.redox.callCount).toBe(0);
});

test('what a destination was learned to take is not held against the caller', async () => {
  const names = namesUpTo(20);
  await using core = await startCore({
    sandbox: { charts: chartsOf(names), maxPatientsPerQuery: 1 },
    settings: { MAX_CALLS_PER_OPERATION: '1' },
  });
  for (let round = 0; round < 3; round++) {
    expect(await outcomeOf(core.openOperation().load(needOf(names)))).toEqual(documentsOf(names));
  }
});

test('callers of the gateway read which list is too long, and nothing of what is in it', async () => {
  await using gateway = await startTestGateway({}, { BATCH_MAX_PATIENTS: '2', MAX_CALLS_PER_OPERATION: '3' });
  const { data, errors } = await gateway.ask(
    'query ($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } } }',
    { patients: namesUpTo(7).map(byRecordNumber) },
  );
  expect(data).toEqual({ patients: Array(7).fill({ media: null }) });
  expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'patients' });
  expect(JSON.stringify(errors)).not.toContain('SYN-');
  expect(gateway.redox.callCount).toBe(0);
});

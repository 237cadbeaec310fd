/** R1 in full: Redox refuses connections for half a minute. */
import { test } from 'vitest';
import { checkOutage } from '../timing/outage.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';

test('R1', { timeout: SOAK_TIMEOUT_MS }, () => checkOutage(Math.min(30, SOAK_SECONDS)));

/** R1: while Redox refuses connections, callers hear at once; when it is back, within a second. */
import { test } from 'vitest';
import { checkOutage } from './outage.ts';

test('three seconds without Redox, at 50 operations a second', () => checkOutage(3));

/** Entries of a stream of Redis, as XRANGE returns them: each with its id (`milliseconds-number`) and its fields. */
import { z } from 'zod';

export const entriesSchema = z.array(z.tuple([z.string().regex(/^\d{1,20}-\d{1,20}$/), z.array(z.string())]));

export type StreamEntry = z.infer<typeof entriesSchema>[number];

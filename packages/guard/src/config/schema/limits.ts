import * as z from 'zod';
import { rate } from './values.ts';

export const limitSchema = z.strictObject({
  per: z
    .enum(['client', 'subject', 'address'])
    .describe('What is counted: requests of one client, one subject, or one address.'),
  rate: rate().describe('How many requests are let through on average: 100/s, 10/m, 1000/h.'),
  burst: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('How many may come at once. Default: the rate per second, at least 1.'),
});

import * as z from 'zod';

export const logSchema = z
  .strictObject({
    access: z
      .string()
      .min(1)
      .default('stdout')
      .describe('Where the access log goes: stdout, off, or the path of a file.'),
    sample: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe(
        'The share of requests without trouble that the access log keeps, from 0 to 1; such a line says so. Refusals, errors and shadow denials are always kept.',
      ),
    help: z
      .string()
      .optional()
      .describe(
        'Where the lines of refused requests point to: a URL, behind which their reason code is put. Default: `/reasons/` of the admin listener.',
      ),
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('The least important message of the process log that is still written.'),
  })
  .describe('Logs.');

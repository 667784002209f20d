import { z } from 'zod';

export const logSchema = z
  .strictObject({
    access: z
      .string()
      .min(1)
      .default('stdout')
      .describe('Where the access log goes: stdout, off, or the path of a file.'),
    level: z
      .enum(['debug', 'info', 'warn', 'error'])
      .default('info')
      .describe('The least important message of the process log that is still written.'),
  })
  .describe('Logs.');

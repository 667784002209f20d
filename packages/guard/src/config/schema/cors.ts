import * as z from 'zod';
import { positiveDuration } from './values.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const headerName = () => z.string().regex(TOKEN, { error: 'expected a header name' });

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { origin } = new URL(value);
  return origin !== 'null' ? origin === value : /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(value);
}

export const corsSchema = z
  .strictObject({
    origins: z
      .array(
        z.string().refine((value) => value === '*' || isOrigin(value), {
          error: 'expected an origin exactly as browsers send it, such as https://app.example.com, or "*"',
        }),
      )
      .min(1)
      .describe('The exact origins whose pages may call this API; "*" only without credentials.'),
    credentials: z.boolean().default(false).describe('Allow cookies and client certificates.'),
    methods: z
      .array(z.string().regex(TOKEN, { error: 'expected a method' }))
      .optional()
      .describe('Methods that pages may use. Default: those of the routes.'),
    headers: z
      .array(headerName())
      .default(['authorization', 'content-type'])
      .describe('Request headers that pages may set.'),
    expose: z.array(headerName()).default([]).describe('Response headers that pages may read.'),
    maxAge: positiveDuration()
      .prefault('10m')
      .describe('How long browsers may remember the answer to a preflight.'),
  })
  .superRefine((cors, context) => {
    if (!cors.origins.includes('*')) return;
    if (cors.origins.length > 1) {
      context.addIssue({ code: 'custom', path: ['origins'], message: '"*" stands alone' });
    }
    if (cors.credentials) {
      context.addIssue({
        code: 'custom',
        path: ['credentials'],
        message: 'not possible with origins: ["*"]',
      });
    }
  })
  .describe('Which web pages may call this API (CORS, Fetch standard).');

import * as z from 'zod';
import { splitClaimPath, text } from './values.ts';

const exactNumber = () =>
  z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), {
    error: 'a whole number this large is not read exactly, so that others would equal it',
  });

const scalar = z.union([z.string(), exactNumber(), z.boolean()], {
  error: 'expected a text, a number or true/false',
});

const claimRuleSchema = z
  .strictObject({
    equals: scalar
      .optional()
      .describe(
        'The claim is exactly this value; "{name}" stands for the decoded path parameter of that name.',
      ),
    oneOf: z.array(scalar).min(1).optional().describe('The claim is one of these values.'),
    contains: scalar.optional().describe('The claim is a list that holds this value.'),
    prefix: text().optional().describe('The claim is a text that starts with this.'),
    exists: z.boolean().optional().describe('The claim is there (true), or is not (false).'),
  })
  .refine((rule) => Object.values(rule).some((value) => value !== undefined), {
    error: 'a claim rule needs at least one of equals, oneOf, contains, prefix, exists',
  });

/** Scopes are told apart by white space in tokens, so that one with white space in it could never be found there. */
export const scope = () =>
  text().refine((one) => !/\s/.test(one), { error: 'a scope has no white space: list each by itself' });

function stringsSchema(item: () => z.ZodString) {
  const list = () => z.array(item()).min(1);
  const rule = z
    .strictObject({
      any: list().optional().describe('At least one of these.'),
      all: list().optional().describe('All of these.'),
      none: list().optional().describe('None of these.'),
    })
    .refine((one) => Object.values(one).some((value) => value !== undefined), {
      error: 'needs at least one of any, all, none',
    });
  return z.union([list(), rule], { error: 'expected a non-empty list, or an object of any, all, none' });
}

export type ClaimRule = z.output<typeof claimRuleSchema>;
export type StringsRule = z.output<ReturnType<typeof stringsSchema>>;

/** What a token must carry; all members must hold. */
export interface RequireConfig {
  scopes?: StringsRule | undefined;
  roles?: StringsRule | undefined;
  claims?: Record<string, ClaimRule> | undefined;
  any?: RequireConfig[] | undefined;
  all?: RequireConfig[] | undefined;
  none?: RequireConfig[] | undefined;
}

export const requireSchema: z.ZodType<RequireConfig, RequireConfig> = z
  .strictObject({
    scopes: stringsSchema(scope)
      .optional()
      .describe('Scopes the token must carry: a list (all of it), or any, all, none.'),
    roles: stringsSchema(text)
      .optional()
      .describe('Roles the token must carry: a list (all of it), or any, all, none.'),
    claims: z
      .record(
        z.string().refine((path) => splitClaimPath(path) !== undefined, { error: 'expected a dotted path' }),
        claimRuleSchema,
      )
      .refine((claims) => Object.keys(claims).length > 0, { error: 'must name at least one claim' })
      .optional()
      .describe('Rules by claim; a key is a dotted path, or one name where it holds "://".'),
    get any() {
      return z.array(requireSchema).min(1).optional().describe('At least one of these requirements holds.');
    },
    get all() {
      return z.array(requireSchema).min(1).optional().describe('All of these requirements hold.');
    },
    get none() {
      return z.array(requireSchema).min(1).optional().describe('None of these requirements holds.');
    },
  })
  .refine((rule) => Object.values(rule).some((value) => value !== undefined), {
    error: 'an empty requirement: leave `require` out to accept any valid token',
  })
  .meta({ id: 'Require', description: 'What a token must carry; all members must hold.' });

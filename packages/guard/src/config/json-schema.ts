import * as z from 'zod';
import { configSchema } from './schema/config.ts';

/** The JSON Schema (draft 2020-12) of the configuration as it is written, for editors and the reference pages. */
export function configJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
}

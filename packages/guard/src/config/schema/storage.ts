import * as z from 'zod';
import { name, positiveDuration, text } from './values.ts';

export const storeSchema = text()
  .refine((url) => /^sqlite:[^\s]+$|^postgres(?:ql)?:\/\/\S+$/.test(url), {
    error: 'expected sqlite:<file>, or postgres://user:password@host/database',
  })
  .optional()
  .describe(
    'Where clients, keys, revocations and audit events are kept: `sqlite:./data/portcullis.db` (the file relative to this one) or `postgres://…`. Needed to issue tokens and to revoke them.',
  );

export const busSchema = z
  .enum(['memory'])
  .default('memory')
  .describe('How processes tell each other what changed. This version knows one machine: `memory`.');

export const environmentSchema = name()
  .default('default')
  .describe(
    'What this installation is called. Installations that share a store sign with keys of their own.',
  );

export const auditSchema = z
  .strictObject({
    keep: positiveDuration()
      .prefault('90d')
      .describe('How long an event is kept. There is one for each token that is issued.'),
  })
  .describe('The audit events in the store.');

export const masterKeySchema = z
  .strictObject({
    file: text()
      .optional()
      .describe(
        'A file made by `portcullis master-key generate`, relative to this one. Keep it apart from backups.',
      ),
    secret: text()
      .optional()
      .describe('Instead: 32 random bytes as base64url. Example: `"${PORTCULLIS_MASTER_KEY}"`.'),
    previous: z
      .array(text())
      .max(4, { error: 'at most 4' })
      .default([])
      .describe('Earlier values of `secret`, which still open what was sealed under them.'),
  })
  .superRefine(({ file, secret, previous }, context) => {
    if ((file === undefined) === (secret === undefined)) {
      context.addIssue({ code: 'custom', message: 'needs exactly one of file and secret' });
    } else if (file !== undefined && previous.length > 0) {
      context.addIssue({ code: 'custom', path: ['previous'], message: 'the file holds earlier keys itself' });
    }
  })
  .prefault({ file: './data/master-key.json' })
  .describe('What private keys are sealed under in the store.');

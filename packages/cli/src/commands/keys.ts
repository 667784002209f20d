import { type Command, Option } from 'commander';
import type { DecryptionKeyOptions } from '../keyring/decryption-key.ts';
import type { ExportOptions } from '../keyring/export.ts';
import type { GenerateOptions } from '../keyring/generate.ts';
import type { RingOptions } from '../keyring/which-ring.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { addHelp } from './help.ts';
import { configOption, jsonOption } from './options.ts';

export const ringOption = (): Option =>
  new Option('--ring <file>', 'key ring file').default(
    undefined,
    'issuer.developmentKeys of the configuration',
  );

export function addKeys(program: Command, session: Session): void {
  const keys = program
    .command('keys')
    .description('make, list and export the keys of the development key ring, and keys to decrypt with');
  addGenerate(keys, session);
  addList(keys, session);
  addExport(keys, session);
  addDecryption(keys, session);
  addHelp(keys);
}

function addGenerate(keys: Command, session: Session): void {
  keys
    .command('generate')
    .summary('make a new signing key')
    .description(
      'Makes a new signing key and adds it to the ring. The newest key signs; older ones stay published.',
    )
    .option('--alg <algorithm>', 'ES256, RS256, EdDSA … (default: issuer.keys.algorithm, or ES256)')
    .option('--kid <id>', 'key id (default: the RFC 7638 thumbprint)')
    .addOption(ringOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', GENERATE_EXAMPLES)
    .action(async (options: GenerateOptions) => {
      const { generate } = await import('../keyring/generate.ts');
      await generate(session, options);
    });
}

const GENERATE_EXAMPLES = `
Examples:
  portcullis keys generate
  portcullis keys generate --alg EdDSA --ring ./keys.json --kid 2026-11`;

function addList(keys: Command, session: Session): void {
  keys
    .command('list')
    .summary('list the keys')
    .description('Lists the keys of the ring, without their private parts.')
    .addOption(ringOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  portcullis keys list\n  portcullis keys list --json --ring ./keys.json',
    )
    .action(async (options: RingOptions & JsonOption) => {
      const { list } = await import('../keyring/list.ts');
      await list(session, options);
    });
}

function addExport(keys: Command, session: Session): void {
  const format = (flag: string, description: string) =>
    new Option(`${flag} [format]`, description).choices(['jwks', 'pem']).preset('jwks');
  keys
    .command('export')
    .summary('print keys for others to use')
    .description(
      'Prints the public keys of the ring. A private key is printed only when asked for with --private and named with --kid.',
    )
    .option('--kid <id>', 'only this key (default: all)')
    .addOption(format('--public', 'public keys').conflicts('private'))
    .addOption(format('--private', 'the private key, which whoever reads it can sign with'))
    .addOption(ringOption())
    .addOption(configOption())
    .addHelpText('after', EXPORT_EXAMPLES)
    .action(async (options: ExportOptions) => {
      const { exportKeys } = await import('../keyring/export.ts');
      await exportKeys(session, options);
    });
}

const EXPORT_EXAMPLES = `
Examples:
  portcullis keys export > jwks.json
  portcullis keys export --public pem --kid 2026-11
  portcullis keys export --private pem --kid 2026-11 > key.pem`;

function addDecryption(keys: Command, session: Session): void {
  keys
    .command('decryption')
    .summary('make a key that an issuer can encrypt its tokens to')
    .description(
      'Makes a key pair for encrypted tokens (JWE). The private key is added to the file, which decryption.jwksFile of ' +
        'an issuer names; the public key is printed as a JWK Set, for the issuer. To rotate, add a key, ' +
        'reload, have the issuer take the new one, and remove the old one.',
    )
    .requiredOption('--file <file>', 'file of private keys, made if it is not there')
    .option('--alg <algorithm>', 'ECDH-ES, ECDH-ES+A256KW … or RSA-OAEP-256', 'ECDH-ES')
    .addHelpText('after', DECRYPTION_EXAMPLES)
    .action(async (options: DecryptionKeyOptions) => {
      const { generateDecryptionKey } = await import('../keyring/decryption-key.ts');
      await generateDecryptionKey(session, options);
    });
}

const DECRYPTION_EXAMPLES = `
Examples:
  portcullis keys decryption --file decryption.jwks.json > for-the-issuer.json
  portcullis keys decryption --file decryption.jwks.json --alg RSA-OAEP-256`;

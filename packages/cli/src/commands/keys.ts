import { type Command, Option } from 'commander';
import type { ConfigOption } from '../configuration/locate.ts';
import type { DecryptionKeyOptions } from '../keyring/decryption-key.ts';
import type { ExportOptions } from '../keyring/export.ts';
import type { GenerateOptions } from '../keyring/generate.ts';
import type { RotateKeyOptions } from '../keyring/issuer-ring.ts';
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
    .description(
      'list and change the signing keys of the issuer, make keys for development, and keys to decrypt with',
    );
  addGenerate(keys, session);
  addList(keys, session);
  addExport(keys, session);
  addRotate(keys, session);
  addRevoke(keys, session);
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
    .description(
      'Lists the signing keys of the issuer with their states; without a store, or with --ring, those of the development key ' +
        'ring. Never their private parts.',
    )
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

function addRotate(keys: Command, session: Session): void {
  keys
    .command('rotate')
    .summary('let the next key sign')
    .description(
      'Lets the next key of the issuer sign, while it runs. The one before stays published until its tokens have expired, and ' +
        'there is a next one again. Without this, keys change by themselves as issuer.keys.rotateEvery says.',
    )
    .option('--alg <algorithm>', 'of which algorithm (default: issuer.keys.algorithm)')
    .option('--now', 'also when the next key was published a moment ago')
    .addOption(configOption())
    .addHelpText('after', '\nExamples:\n  portcullis keys rotate\n  portcullis keys rotate --alg RS256 --now')
    .action(async (options: RotateKeyOptions) => {
      const { rotateKey } = await import('../keyring/issuer-ring.ts');
      await rotateKey(session, options);
    });
}

function addRevoke(keys: Command, session: Session): void {
  keys
    .command('revoke')
    .summary('distrust a key at once')
    .description(
      'Takes a signing key of the issuer out of the key set and has every token under it refused, at once. Where it signed, ' +
        'the next one takes its place.',
    )
    .argument('<kid>', 'its key id')
    .allowUnknownOption() // a key id is a hash in base64url, which may begin with a dash
    .addOption(configOption())
    .addHelpText('after', '\nExamples:\n  portcullis keys revoke 2hX5fVn0yQ')
    .action(async (kid: string, options: ConfigOption) => {
      const { revokeKey } = await import('../keyring/issuer-ring.ts');
      await revokeKey(session, kid, options);
    });
}

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

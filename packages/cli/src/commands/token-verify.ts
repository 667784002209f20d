import type { Command } from 'commander';
import type { VerifyOptions } from '../inspecting/policy-from-options.ts';
import type { Session } from '../terminal/terminal.ts';
import { collect, configOption, jsonOption } from './options.ts';

export function addVerify(token: Command, session: Session): void {
  token
    .command('verify')
    .summary('tell whether a token is accepted, and if not, why')
    .description(
      'Verifies a token as the gateway would: by the configuration and one of its APIs, or by a key set with the ' +
        'issuer, audience and algorithms spelled out. Exit code 0: accepted; 1: refused; 5: no keys to tell by.',
    )
    .argument('[token]', 'the token, or - for stdin, which keeps it out of the shell history (default: -)')
    .option('--api <name>', 'the API the token is shown to (default: the only one)')
    .addOption(configOption())
    .option('--jwks <file|url>', 'verify by this key set instead of the configuration')
    .option('--issuer <iss>', 'with --jwks: the exact iss')
    .option('--audience <aud>', 'with --jwks: the exact audience')
    .option('--alg <algorithm>', 'with --jwks: an algorithm accepted; may be repeated', collect)
    .option('--type <typ>', 'with --jwks: a typ accepted (default: at+jwt); may be repeated', collect)
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (argument: string | undefined, options: VerifyOptions) => {
      const { verify } = await import('../inspecting/verify.ts');
      await verify(session, argument, options);
    });
}

const EXAMPLES = `
Examples:
  portcullis token mint --client demo | portcullis token verify
  portcullis token verify --api orders --json < token.txt
  portcullis token verify --jwks https://id.example/jwks --issuer https://id.example --audience my-api --alg RS256 < token.txt`;

import type { Command } from 'commander';
import type { MintOptions } from '../minting/mint.ts';
import type { Session } from '../terminal/terminal.ts';
import { ringOption } from './keys.ts';
import { collect, configOption, jsonOption } from './options.ts';

export function addMint(token: Command, session: Session): void {
  token
    .command('mint')
    .summary('sign an access token with the development keys')
    .description(
      'Signs an access token (RFC 9068) with the development key ring and prints just the token. ' +
        'No other keys can be used: real issuers mint their own tokens.',
    )
    .requiredOption('--client <id>', 'the client the token is for (client_id)')
    .option('--scope <scope>', 'a scope, or several in quotes; may be repeated', collect)
    .option('--subject <id>', 'who the token speaks of (default: the client)')
    .option('--role <role>', 'a role; may be repeated', collect)
    .option('--api <name>', 'the API the token is for (default: the only one)')
    .option('--audience <aud>', 'the audience, spelled out')
    .option('--lifetime <time>', '90s, 10m … at most 1h (default: issuer.accessToken.lifetime)')
    .option('--claim <name=json>', 'a further claim; may be repeated', collect)
    .option('--issuer <iss>', 'the issuer (default: issuer.url)')
    .option('--kid <id>', 'sign with this key (default: the newest)')
    .addOption(ringOption())
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: MintOptions) => {
      const { mint } = await import('../minting/mint.ts');
      await mint(session, options);
    });
}

const EXAMPLES = `
Examples:
  portcullis token mint --client demo --scope read:orders
  portcullis token mint --client web --subject alice --role clerk --scope "read:orders write:orders" --lifetime 5m
  portcullis token mint --client demo --claim tenant='"acme"' --claim level=3
  curl -H "Authorization: Bearer $(portcullis token mint --client demo --scope read:orders)" http://127.0.0.1:8080/orders/42`;

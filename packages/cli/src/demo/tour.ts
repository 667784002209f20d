import { dirname, relative, resolve } from 'node:path';
import type { Configuration } from '@portcullis/guard';
import { locateConfiguration } from '../configuration/locate.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DEMO_CLIENT, demoSecretFile } from './prepare-issuer.ts';

/** What the demo prints once it runs: where everything is, and commands to paste into another terminal. */
export function tour(
  configuration: Configuration,
  { gateway, admin }: { readonly gateway: string; readonly admin: string },
  terminal: Terminal,
): string[] {
  const { file, config } = configuration;
  const here = (path: string) => relative(terminal.cwd, path) || path;
  // Another configuration in this folder would be found first: then the commands have to name the demo's.
  const which = locateConfiguration(undefined, terminal) === resolve(file) ? '' : ` -c ${here(file)}`;
  const url = `http://${gateway}/orders/42`;
  const { host, port } = config.listen.issuer;
  const secret = here(demoSecretFile(configuration));
  const askFor = (scope: string) =>
    `curl -s -u "${DEMO_CLIENT}:$(cat ${secret})" -d grant_type=client_credentials -d scope=${scope} http://${host}:${port}/token`;
  const takeToken = `sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'`;
  const { access } = config.log;
  return [
    '',
    'Portcullis is running.',
    '',
    `  gateway        http://${gateway}    the orders API is behind it: ${config.apis[0]?.upstreams[0]?.url ?? 'none'}`,
    `  issuer         http://${host}:${port}    tokens at /token, public keys at /jwks`,
    `  admin          http://${admin}    /debugger, /livez, /readyz, /metrics`,
    ...(access === 'off' || access === 'stdout'
      ? []
      : [`  access log     ${here(resolve(dirname(file), access))}`]),
    `  configuration  ${here(file)}    edit it: the gateway reloads it`,
    '',
    'Paste into another terminal, in this folder:',
    '',
    '  # 401: no token',
    `  curl -i ${url}`,
    '',
    '  # a token for ten minutes',
    `  TOKEN=$(${askFor('read:orders')} | ${takeToken})`,
    '',
    '  # 200: with the identity headers that reached the API',
    `  curl -i -H "Authorization: Bearer $TOKEN" ${url}`,
    '',
    '  # 403: a valid token, but not for reading',
    `  curl -i -H "Authorization: Bearer $(${askFor('write:orders')} | ${takeToken})" ${url}`,
    '',
    '  # why? With the x-request-id of that answer',
    `  npx portcullis explain <x-request-id>${which}`,
    '',
    '  # revoked: from now on 401, though it has not expired',
    `  npx portcullis revoke $TOKEN${which}`,
    `  curl -i -H "Authorization: Bearer $TOKEN" ${url}`,
    '',
    '  # people sign in, too: they choose a password by the link that this prints, and have their account at',
    `  # ${config.issuer?.url ?? ''}/account`,
    `  npx portcullis users add you@example.com${which}`,
    '',
    '  # what is counted',
    `  curl http://${admin}/metrics`,
    '',
    'Ctrl-C stops everything.',
  ];
}

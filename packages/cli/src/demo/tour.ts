import { dirname, relative, resolve } from 'node:path';
import type { Configuration } from '@portcullis/guard';
import { locateConfiguration } from '../configuration/locate.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What the demo prints once it runs: where everything is, and commands to paste into another terminal. */
export function tour(
  { file, config }: Configuration,
  { gateway, admin }: { readonly gateway: string; readonly admin: string },
  terminal: Terminal,
): string[] {
  const here = (path: string) => relative(terminal.cwd, path) || path;
  // Another configuration in this folder would be found first: then the commands have to name the demo's.
  const which = locateConfiguration(undefined, terminal) === resolve(file) ? '' : ` -c ${here(file)}`;
  const url = `http://${gateway}/orders/42`;
  const mint = (scope: string) => `npx portcullis token mint --client demo --scope ${scope}${which}`;
  const { host, port } = config.listen.issuer;
  const { access } = config.log;
  return [
    '',
    'Portcullis is running.',
    '',
    `  gateway        http://${gateway}    the orders API is behind it: ${config.apis[0]?.upstreams[0]?.url ?? 'none'}`,
    `  public keys    http://${host}:${port}/jwks`,
    `  admin          http://${admin}    /livez, /readyz, /metrics`,
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
    `  TOKEN=$(${mint('read:orders')})`,
    '',
    '  # 200: with the identity headers that reached the API',
    `  curl -i -H "Authorization: Bearer $TOKEN" ${url}`,
    '',
    '  # 403: a valid token, but not for reading',
    `  curl -i -H "Authorization: Bearer $(${mint('write:orders')})" ${url}`,
    '',
    '  # why? With the x-request-id of that answer',
    `  npx portcullis explain <x-request-id>${which}`,
    '',
    '  # what is counted',
    `  curl http://${admin}/metrics`,
    '',
    'Ctrl-C stops everything.',
  ];
}

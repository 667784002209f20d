import { formatAddress } from '@portcullis/gateway';
import type { ApiConfig, Configuration, TrustedIssuerConfig } from '@portcullis/guard';
import { columns } from '../terminal/columns.ts';
import { printable } from '../terminal/printable.ts';

/** What a configuration would run, in short. */
export interface Summary {
  readonly listeners: readonly { readonly name: string; readonly address: string }[];
  readonly issuers: readonly {
    readonly name: string;
    readonly issuer: string;
    readonly algorithms: readonly string[];
    readonly keys: string;
  }[];
  readonly apis: readonly {
    readonly name: string;
    readonly basePath: string;
    readonly audience?: string;
    readonly upstreams: readonly string[];
    readonly routes: readonly { readonly match: string; readonly access: string }[];
  }[];
}

export function summaryOf({ config }: Configuration): Summary {
  const { gateway, issuer, admin } = config.listen;
  return {
    listeners: [
      {
        name: config.gateway.tls === undefined ? 'gateway' : 'gateway (TLS)',
        address: formatAddress(gateway),
      },
      ...(config.issuer === undefined
        ? []
        : [
            {
              name: config.store === undefined ? 'development issuer' : 'issuer',
              address: formatAddress(issuer),
            },
          ]),
      { name: 'admin', address: formatAddress(admin) },
    ],
    issuers: config.issuers.map((trusted) => ({
      name: trusted.name,
      issuer: trusted.issuer,
      algorithms: trusted.algorithms,
      keys: keySource(trusted),
    })),
    apis: config.apis.map((api) => ({
      name: api.name,
      basePath: api.basePath,
      ...(api.audience !== undefined && { audience: api.audience }),
      upstreams: api.upstreams.map(({ url }) => url),
      routes: api.routes.map((route) => ({ match: route.match, access: access(route) })),
    })),
  };
}

export function summaryLines({ listeners, issuers, apis }: Summary): string[] {
  const apiRows = apis.flatMap(({ name, basePath, upstreams, routes }) => [
    [`  API ${name}`, basePath, `-> ${upstreams.join(', ')}`],
    ...routes.map(({ match, access }) => [`    ${match}`, '', access]),
  ]);
  return columns([
    ...listeners.map(({ name, address }) => [`  ${name}`, address]),
    ...issuers.map(({ name, issuer, algorithms, keys }) => [
      `  issuer ${name}`,
      issuer,
      `${algorithms.join(', ')}; ${keys}`,
    ]),
    ...apiRows,
  ]).map(printable);
}

/** Where keys come from; of secrets, how many there are and nothing else. */
function keySource({ jwksUri, jwksFile, pem, secrets, decryption }: TrustedIssuerConfig): string {
  const source =
    jwksUri ?? jwksFile ?? pem ?? (secrets === undefined ? 'discovered' : `${secrets.length} secret(s)`);
  if (decryption === undefined) return source;
  return `${source}; encrypted with ${decryption.algorithms.join(', ')}${decryption.required ? ' only' : ' or not'}`;
}

function access({ public: open, optional, require, shadow }: ApiConfig['routes'][number]): string {
  if (open) return 'public';
  const rule = require === undefined ? 'any valid token' : JSON.stringify(require);
  return `${optional ? 'optional: ' : ''}${rule}${shadow ? ' (shadow: reported, not enforced)' : ''}`;
}

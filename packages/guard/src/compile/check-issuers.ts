import type { Config, TrustedIssuerConfig } from '../config/schema/config.ts';
import type { Problems } from './problems.ts';

/** Names and identifiers are unique, and an issuer's algorithms fit its kind of keys. */
export function checkIssuers(issuers: readonly TrustedIssuerConfig[], problems: Problems): void {
  problems.reportTwice(
    issuers.map(({ name }, index) => [['issuers', index, 'name'], name]),
    'this name',
  );
  problems.reportTwice(
    issuers.map(({ issuer }, index) => [['issuers', index, 'issuer'], issuer]),
    'this issuer',
  );
  for (const [index, issuer] of issuers.entries()) {
    const hmac = issuer.algorithms.filter((algorithm) => algorithm.startsWith('HS'));
    const at = ['issuers', index, 'algorithms'];
    if (issuer.secrets !== undefined && hmac.length < issuer.algorithms.length) {
      problems.report(at, 'secrets are for HS256, HS384 and HS512 only');
    }
    if (issuer.secrets === undefined && hmac.length > 0) {
      problems.report(at, `${hmac.join(', ')} needs secrets: a public key must never verify an HMAC`);
    }
  }
}

/** Where our own issuer is trusted, what it signs with must be accepted: else it gives tokens that nobody takes. */
export function checkOwnIssuer({ issuer, issuers }: Config, problems: Problems): void {
  const index = issuers.findIndex((one) => one.issuer === issuer?.url);
  const trusted = issuers[index];
  if (issuer === undefined || trusted === undefined) return;
  const { algorithm } = issuer.keys;
  if (trusted.algorithms.includes(algorithm)) return;
  problems.report(
    ['issuers', index, 'algorithms'],
    `our own issuer signs with ${algorithm} (issuer.keys.algorithm), which is not among these`,
  );
}

import { cve, type Rule, rfc, when } from './rule.ts';

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Is it there, and why should nobody follow it? */
function suspicion(value: unknown, issuer: unknown): Readonly<Record<string, string>> | undefined {
  const url = text(value);
  if (url === '') return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const home = URL.canParse(text(issuer)) ? new URL(text(issuer)).host : undefined;
  const why =
    parsed === undefined
      ? 'is no URL'
      : parsed.protocol !== 'https:'
        ? 'is not https'
        : parsed.username !== '' || parsed.password !== ''
          ? 'hides its host behind a user name'
          : /^(?:localhost|127\.|10\.|192\.168\.|169\.254\.|\[)/.test(parsed.hostname)
            ? 'points into a private network'
            : home !== undefined && parsed.host !== home
              ? 'is on another host than the issuer'
              : 'is chosen by whoever made the token';
  return { url: url.slice(0, 200), why };
}

/** Ways out of a folder, of a quoted string or of a command. URLs and base64 are kids, too, with their slashes and dashes. */
const INJECTION = /\.\.[/\\]|^\/(?:etc|dev|proc)\/|['"`;|&$<>\\]|\0|\s--|\b(?:select|union|drop)\s/i;

/** About what the header asks of its reader. */
export const HEADER_RULES: readonly Rule[] = [
  {
    id: 'header_jwk',
    severity: 'danger',
    ...cve('CVE-2018-0114'),
    // A DPoP proof carries its key by design: it proves that the client has it, and no more.
    look: ({ header, kind }) => when(header['jwk'] !== undefined && kind !== 'dpop_proof'),
  },
  {
    id: 'header_private_key',
    severity: 'danger',
    ...rfc(7515, '4.1.3'),
    look: ({ header }) => {
      const { jwk } = header;
      const names = ['d', 'p', 'q', 'k', 'priv'];
      return when(typeof jwk === 'object' && jwk !== null && names.some((name) => name in jwk));
    },
  },
  {
    id: 'header_jku',
    severity: 'danger',
    ...rfc(8725, '3.10'),
    look: ({ header, claims }) => suspicion(header['jku'], claims['iss']),
  },
  {
    id: 'header_x5u',
    severity: 'danger',
    ...rfc(8725, '3.10'),
    look: ({ header, claims }) => suspicion(header['x5u'], claims['iss']),
  },
  {
    id: 'header_x5c',
    severity: 'warning',
    ...rfc(7515, '4.1.6'),
    look: ({ header }) => (Array.isArray(header['x5c']) ? { count: header['x5c'].length } : undefined),
  },
  {
    id: 'kid_injection',
    severity: 'danger',
    ...rfc(8725, '3.10'),
    look: ({ header }) => {
      const kid = text(header['kid']);
      return INJECTION.test(kid) ? { kid: kid.slice(0, 100) } : undefined;
    },
  },
  {
    id: 'kid_missing',
    severity: 'notice',
    ...rfc(7515, '4.1.4'),
    look: ({ header, reading }) =>
      when(
        reading.form === 'signed' &&
          /^(?:RS|PS|ES|Ed|ML)/.test(text(header['alg'])) &&
          !('kid' in header) &&
          !('jwk' in header),
      ),
  },
  {
    id: 'header_crit',
    severity: 'warning',
    ...rfc(7515, '4.1.11'),
    look: ({ header }) =>
      'crit' in header ? { crit: JSON.stringify(header['crit']).slice(0, 100) } : undefined,
  },
  {
    id: 'header_b64',
    severity: 'warning',
    ...rfc(7797, '3'),
    look: ({ header }) => when(header['b64'] === false),
  },
  { id: 'header_zip', severity: 'warning', ...rfc(8725, '3.6'), look: ({ header }) => when('zip' in header) },
  {
    id: 'typ_missing',
    severity: 'warning',
    ...rfc(8725, '3.11'),
    look: ({ header, reading }) =>
      when(reading.form === 'signed' && reading.header?.object !== undefined && !('typ' in header)),
  },
  {
    id: 'typ_general',
    severity: 'notice',
    ...rfc(8725, '3.11'),
    look: ({ header, kind }) => when(/^jwt$/i.test(text(header['typ'])) && kind === 'access_token'),
  },
  {
    id: 'unprotected_members',
    severity: 'warning',
    ...rfc(7515, '7.2.1'),
    look: ({ reading }) => {
      const names = reading.serialisation?.signatures.flatMap(({ unprotected }) => unprotected) ?? [];
      return names.length === 0 ? undefined : { names: [...new Set(names)].join(', ').slice(0, 100) };
    },
  },
];

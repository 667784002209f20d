import { type Rule, rfc, type Subject, when } from './rule.ts';

const HOUR = 3600;
const DAY = 86_400;
/** From here on (the year 5138) a time is one in milliseconds (1973). */
const MILLISECONDS = 100_000_000_000;

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function claimsWereRead({ reading }: Subject): boolean {
  return reading.payload?.kind === 'json' && reading.payload.object !== undefined;
}

/** A claim that should be there in a token of this kind. */
function missing(
  claim: string,
  severity: Rule['severity'],
  section: string,
  except: readonly Subject['kind'][] = [],
): Rule {
  return {
    id: `${claim}_missing`,
    severity,
    ...rfc(7519, section),
    look: (subject) =>
      when(claimsWereRead(subject) && !(claim in subject.claims) && !except.includes(subject.kind)),
  };
}

function lifetime({ claims, kind }: Subject): number | undefined {
  // Meant to live long, and good at the issuer only.
  if (kind === 'refresh_token') return undefined;
  const exp = number(claims['exp']);
  const start = number(claims['iat']) ?? number(claims['nbf']);
  return exp === undefined || start === undefined || exp > MILLISECONDS ? undefined : exp - start;
}

/** About what the claims say. */
export const CLAIM_RULES: readonly Rule[] = [
  missing('exp', 'danger', '4.1.4', ['dpop_proof', 'security_event']),
  missing('iss', 'warning', '4.1.1', ['dpop_proof']),
  missing('aud', 'warning', '4.1.3', ['dpop_proof']),
  missing('iat', 'notice', '4.1.6'),
  missing('jti', 'notice', '4.1.7', ['id_token']),
  missing('sub', 'notice', '4.1.2', ['dpop_proof', 'security_event', 'logout_token']),
  {
    id: 'expired',
    severity: 'notice',
    ...rfc(7519, '4.1.4'),
    look: ({ claims, now }) => {
      const exp = number(claims['exp']);
      return when(exp !== undefined && exp <= now);
    },
  },
  {
    id: 'lifetime_very_long',
    severity: 'danger',
    ...rfc(6750, '5.3'),
    look: (subject) => {
      const seconds = lifetime(subject);
      return seconds !== undefined && seconds > 30 * DAY ? { days: Math.round(seconds / DAY) } : undefined;
    },
  },
  {
    id: 'lifetime_long',
    severity: 'warning',
    ...rfc(6750, '5.3'),
    look: (subject) => {
      const seconds = lifetime(subject);
      const most = subject.kind === 'id_token' ? DAY : HOUR;
      return seconds !== undefined && seconds > most && seconds <= 30 * DAY
        ? { hours: Math.round((seconds / HOUR) * 10) / 10 }
        : undefined;
    },
  },
  {
    id: 'time_in_milliseconds',
    severity: 'danger',
    ...rfc(7519, '2'),
    look: ({ claims }) => {
      const names = ['exp', 'nbf', 'iat', 'auth_time'].filter(
        (name) => (number(claims[name]) ?? 0) > MILLISECONDS,
      );
      return names.length === 0 ? undefined : { names: names.join(', ') };
    },
  },
  {
    id: 'time_not_a_number',
    severity: 'danger',
    ...rfc(7519, '2'),
    look: ({ claims }) => {
      const names = ['exp', 'nbf', 'iat'].filter(
        (name) => name in claims && number(claims[name]) === undefined,
      );
      return names.length === 0 ? undefined : { names: names.join(', ') };
    },
  },
  {
    id: 'exp_before_iat',
    severity: 'warning',
    ...rfc(7519, '4.1.4'),
    look: (subject) => when((lifetime(subject) ?? 1) <= 0),
  },
  {
    id: 'audience_wildcard',
    severity: 'warning',
    ...rfc(8725, '3.9'),
    look: ({ claims }) =>
      when([claims['aud']].flat().some((aud) => typeof aud === 'string' && /\*|^(?:all|any)$/i.test(aud))),
  },
  {
    id: 'audiences_many',
    severity: 'notice',
    ...rfc(9700, '2.3'),
    look: ({ claims }) =>
      Array.isArray(claims['aud']) && claims['aud'].length > 3 ? { count: claims['aud'].length } : undefined,
  },
  {
    id: 'issuer_not_https',
    severity: 'notice',
    ...rfc(8414, '2'),
    look: ({ claims }) => {
      const iss = claims['iss'];
      return typeof iss === 'string' && iss.startsWith('http://') ? { iss: iss.slice(0, 100) } : undefined;
    },
  },
  {
    id: 'other_kind',
    severity: 'warning',
    ...rfc(8725, '3.12'),
    look: ({ kind }) =>
      ['access_token', 'unknown'].includes(kind) ? undefined : { kind: kind.replaceAll('_', ' ') },
  },
  {
    id: 'scope_broad',
    severity: 'notice',
    ...rfc(9700, '2.3'),
    look: ({ claims }) => {
      const scopes = [claims['scope'], claims['scp']]
        .flat()
        .flatMap((scope) => (typeof scope === 'string' ? scope.split(' ') : []));
      const broad = scopes.filter((scope) => /^(?:\*|all|admin|root|full[_-]?access)$|[:.]\*$/i.test(scope));
      return broad.length === 0 ? undefined : { scopes: broad.join(' ').slice(0, 100) };
    },
  },
  {
    id: 'bound',
    severity: 'notice',
    ...rfc(7800, '3.1'),
    look: ({ claims }) => when('cnf' in claims),
  },
];

import type { VerdictLine } from '../engine/verdict/lines.ts';
import type { Verdict } from '../engine/verdict/verdict.ts';
import { distance } from '../time/times.ts';
import { reasonText } from './reasons.ts';

type Tell = (input: VerdictLine['input'], verdict: Verdict) => string;

/** Why a token is refused, in terms of what stands on this page. The registry speaks to who runs a gateway. */
const TELL: ReadonlyMap<string, Tell> = new Map<string, Tell>([
  [
    'token_malformed',
    ({ reason }) =>
      reason === 'not as it was pasted'
        ? 'It had to be mended to be read. A verifier mends nothing: see below the token.'
        : `It is not three parts of canonical base64url joined by dots: ${reason}.`,
  ],
  ['token_encrypted', () => 'It is encrypted. Open it in the Encryption tab, and look at what is inside.'],
  ['header_malformed', ({ reason }) => `The header is no strict JSON object: ${reason}.`],
  ['payload_malformed', ({ reason }) => `The payload is no claims set, a strict JSON object: ${reason}.`],
  [
    'header_critical',
    ({ member }) => `The header asks for an extension (${member}) that no verifier of ours takes.`,
  ],
  [
    'issuer_unknown',
    ({ iss, expected }) =>
      `iss is ${quoted(iss)}, and ${quoted(expected)} is expected.${hint(iss, expected)}`,
  ],
  [
    'alg_not_allowed',
    ({ alg }, { mismatch, algorithms }) =>
      mismatch === undefined
        ? `${alg} is not among the algorithms expected: ${algorithms.join(', ')}.`
        : `${alg} needs ${mismatch.need}, and the key that was given is ${mismatch.have}. The key decides, not the token.`,
  ],
  ['typ_not_allowed', ({ typ }) => `typ is ${quoted(typ)}; access tokens are marked at+jwt (RFC 9068).`],
  [
    'token_kind_refused',
    ({ claim, kind }) => `${claim} marks it as ${kind}. An API takes access tokens only.`,
  ],
  [
    'kid_unknown',
    ({ kid }, { signature }) =>
      `No key that was given is named ${quoted(kid)}.${signature === 'verified' ? ' One of them verifies the signature all the same.' : ''}`,
  ],
  [
    'signature_invalid',
    ({ reason }) =>
      reason === undefined
        ? 'The signature does not verify: the token was altered, or signed with another key.'
        : 'The signature is missing.',
  ],
  ['claim_malformed', ({ claim, value }) => `${claim} has the wrong type: ${quoted(value)}.`],
  ['exp_missing', () => 'It never expires: there is no exp.'],
  ['token_expired', ({ exp, now }) => `It expired ${distance(Number(exp), Number(now))}.`],
  [
    'token_not_yet_valid',
    ({ nbf, now }) => `It is valid from nbf on, ${distance(Number(nbf), Number(now))}.`,
  ],
  [
    'iat_in_future',
    ({ iat, now }) =>
      `It was issued in the future: iat is ${distance(Number(iat), Number(now))}. If that is far, it may be in milliseconds.`,
  ],
  [
    'lifetime_too_long',
    ({ exp, iat, now, maxLifetime }) =>
      `It lives for ${Math.round(Number(exp) - Number(iat ?? now))} seconds, and ${maxLifetime} at most are expected.`,
  ],
  ['audience_missing', ({ expected }) => `There is no aud, and ${quoted(expected)} is expected.`],
  [
    'audience_mismatch',
    ({ aud, expected }) =>
      `aud is ${quoted(aud)}, and ${quoted(expected)} is expected.${hint(aud, expected)}`,
  ],
  ['claim_missing', ({ claim }) => `${claim} is required, and it is not there.`],
]);

/** Why a verifier refuses at this check, as a sentence or two. */
export function refusalText({ code = '', input }: VerdictLine, verdict: Verdict): string {
  const tell = TELL.get(code);
  if (tell !== undefined) return tell(input, verdict);
  const reason = reasonText(code);
  if (reason === undefined) return code;
  return `${reason.summary.charAt(0).toUpperCase()}${reason.summary.slice(1)}. ${reason.cure}`;
}

function quoted(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return `“${Array.isArray(value) ? value.join(' ') : String(value)}”`;
}

function hint(value: unknown, expected: unknown): string {
  const bare = (text: unknown): string => String(text).replace(/\/$/, '');
  return value !== expected && bare(value) === bare(expected) ? ' They differ in the last slash.' : '';
}

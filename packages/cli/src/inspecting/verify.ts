import { CHECKS_AFTER_TOKEN, REASONS, type RevokedBy } from '@portcullis/guard';
import { CHECK_SUMMARIES, TOKEN_ERRORS, TokenError, type VerifiedToken } from '@portcullis/token';
import { EXIT_CODES, type Exit } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';
import type { Session } from '../terminal/terminal.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import type { VerifyOptions } from './policy-from-options.ts';
import { tokenInput } from './token-input.ts';
import type { Refused, Verdict } from './verdict.ts';
import { verdictLines } from './verdict-lines.ts';

export async function verify(
  session: Session,
  argument: string | undefined,
  options: VerifyOptions,
): Promise<void> {
  const checkpoint = await openCheckpoint(session, options);
  try {
    const verdict = await verdictOn(await tokenInput(session, argument), checkpoint);
    session.exitCode = EXIT_CODES[exitOf(verdict)].code;
    if (options.json) session.printJson(verdict);
    else session.print(...verdictLines(verdict, Date.now() / 1000));
    if (verdict.verdict === 'refused' && session.configuration !== undefined) {
      session.note(`portcullis: note: configuration: ${printable(session.configuration)}`);
    }
    for (const trouble of checkpoint.troubles()) session.note(`portcullis: note: ${trouble}`);
  } finally {
    checkpoint.close();
  }
}

/** Without keys nobody can tell whether the token is good. */
function exitOf(verdict: Verdict): Exit {
  if (verdict.verdict === 'accepted') return 'ok';
  return verdict.code === 'keys_unavailable' ? 'unavailable' : 'refused';
}

async function verdictOn(token: string, { verifier, expected, revokedBy }: Checkpoint): Promise<Verdict> {
  try {
    const verified = await verifier.verify(token, expected);
    const by = await revokedBy(verified);
    if (by !== undefined) return revoked(verified, by);
    const { issuerName, header, claims } = verified;
    return { verdict: 'accepted', issuer: issuerName, audience: expected.audience, header, claims };
  } catch (error) {
    if (error instanceof TokenError) return refused(error);
    throw error;
  }
}

function revoked({ header, claims }: VerifiedToken, by: RevokedBy): Refused {
  const { summary, cure } = REASONS.token_revoked;
  const { iss, sub, jti, client_id } = claims;
  const names = Object.entries({ iss, sub, jti, client_id, kid: header.kid });
  return {
    verdict: 'refused',
    code: 'token_revoked',
    check: 'revocation',
    question: CHECKS_AFTER_TOKEN.revocation,
    summary,
    cure,
    detail: { by },
    seen: Object.fromEntries(names.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    signatureVerified: true,
  };
}

function refused({ code, check, detail, seen, verified }: TokenError): Refused {
  const { summary, cure } = TOKEN_ERRORS[code];
  const question = CHECK_SUMMARIES[check];
  return {
    verdict: 'refused',
    code,
    check,
    question,
    summary,
    cure,
    detail,
    seen,
    signatureVerified: verified,
  };
}

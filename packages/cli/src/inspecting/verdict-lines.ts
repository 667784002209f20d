import { factLines } from '../terminal/facts.ts';
import { printable } from '../terminal/printable.ts';
import { timeInWords } from './times.ts';
import type { Verdict } from './verdict.ts';

/** A verdict for people. */
export function verdictLines(verdict: Verdict, now: number): string[] {
  const facts = (members: object) => factLines(members, '  ', (name, value) => timeInWords(name, value, now));
  if (verdict.verdict === 'accepted') {
    const { issuer, audience, header, claims } = verdict;
    const by = `by issuer ${printable(issuer)} for ${printable(audience)}`;
    return [`ACCEPTED: ${by}`, '', 'Header', ...facts(header), '', 'Claims', ...facts(claims)];
  }
  const { code, check, question, summary, cure, detail, seen, signatureVerified } = verdict;
  const signature = signatureVerified
    ? 'The signature had been verified, so this is what the issuer said'
    : 'The signature had not been verified, so anyone may have written this';
  return [
    `REFUSED: ${code}: ${summary}`,
    '',
    `Check   ${check}: ${question}`,
    `Cure    ${cure}`,
    '',
    'What the check looked at',
    ...facts(detail),
    '',
    signature,
    ...facts(seen),
  ];
}

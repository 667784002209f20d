import { Badge, type Tone } from '../../design/badge.tsx';
import { Scrollable } from '../../design/scrollable.tsx';
import type { Inspection } from '../../engine/engine.ts';
import type { VerdictLine } from '../../engine/verdict/lines.ts';
import type { Verdict } from '../../engine/verdict/verdict.ts';
import { CHECK_QUESTIONS } from '../../strings/reasons.ts';
import { refusalText } from '../../strings/refusals.ts';
import { UI } from '../../strings/ui.ts';
import { clocks } from '../../time/times.ts';
import { CertificateText } from '../key/certificate-text.tsx';

const WORDS = UI.verdict;

const TONES: Readonly<Record<VerdictLine['result'], Tone>> = {
  passed: 'good',
  failed: 'bad',
  assumed: 'note',
  no_key: 'warn',
  not_reached: 'plain',
  not_needed: 'plain',
};

/** Each check that a verifier makes, with what it looked at and what came of it. */
export function Checks({ inspection }: { inspection: Inspection | undefined }) {
  const verdict = inspection?.verdict;
  if (inspection === undefined || verdict === undefined) return <p className="text-soft">{WORDS.waiting}</p>;
  return (
    <>
      <p className="mb-2 text-[0.8125rem] text-soft">{WORDS.asOf(clocks(verdict.now).utc)}</p>
      <Scrollable label={WORDS.title}>
        <table className="w-full text-left text-sm max-sm:block">
          <thead className="max-sm:hidden">
            <tr className="text-[0.8125rem] text-soft">
              <th className="py-1 pr-3 font-medium">{WORDS.check}</th>
              <th className="py-1 pr-3 font-medium">{WORDS.result}</th>
              <th className="py-1 font-medium">{WORDS.saw}</th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {verdict.lines.map((line) => (
              <CheckRow key={line.check} line={line} verdict={verdict} />
            ))}
          </tbody>
        </table>
      </Scrollable>
      {inspection.chain.length > 0 && (
        <div className="mt-4">
          <h3 className="text-sm font-semibold">x5c</h3>
          <p className="text-sm text-warn">{WORDS.chain}</p>
          {inspection.chain.map((certificate) => (
            <CertificateText key={certificate.fingerprint} certificate={certificate} />
          ))}
        </div>
      )}
    </>
  );
}

function CheckRow({ line, verdict }: { line: VerdictLine; verdict: Verdict }) {
  const { check, result, code, input } = line;
  return (
    <tr
      data-check={check}
      data-result={result}
      data-code={code ?? ''}
      className="border-t border-line align-top max-sm:block max-sm:py-1.5"
    >
      <th scope="row" className="py-1.5 pr-3 font-normal max-sm:block max-sm:py-0.5 sm:min-w-44">
        <span className="font-medium">{check.replaceAll('_', ' ')}</span>
        <span className="block text-[0.8125rem] text-soft">{CHECK_QUESTIONS[check]}</span>
      </th>
      <td className="py-1.5 pr-3 max-sm:block max-sm:py-0.5">
        <Badge tone={TONES[result]}>{WORDS.results[result]}</Badge>
      </td>
      <td className="py-1.5 max-sm:block max-sm:py-0.5">
        {Object.entries(input).map(([name, value]) => (
          <span key={name} className="mr-3 inline-block font-mono text-[0.8125rem] break-all">
            <span className="text-soft">{name}</span> {String(value)}
          </span>
        ))}
        {code !== undefined && (
          <p className="text-bad">
            <code>{code}</code> {refusalText(line, verdict)}
          </p>
        )}
      </td>
    </tr>
  );
}

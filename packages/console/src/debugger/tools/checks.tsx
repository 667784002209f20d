import { Badge, type Tone } from '../../design/badge.tsx';
import { Table } from '../../design/table.tsx';
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
      <Table label={WORDS.title} heads={[WORDS.check, WORDS.result, WORDS.saw]} cards>
        {verdict.lines.map((line) => (
          <CheckRow key={line.check} line={line} verdict={verdict} />
        ))}
      </Table>
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
      className="border-t border-line align-top"
    >
      <th scope="row" className="py-1.5 pr-3 font-normal min-w-44">
        <span className="font-medium">{check.replaceAll('_', ' ')}</span>
        <span className="block text-[0.8125rem] text-soft">{CHECK_QUESTIONS[check]}</span>
      </th>
      <td className="py-1.5 pr-3">
        <Badge tone={TONES[result]}>{WORDS.results[result]}</Badge>
      </td>
      <td className="py-1.5">
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

import type { Tone } from '../../design/badge.tsx';
import { classes } from '../../design/classes.ts';
import type { Verdict } from '../../engine/verdict/verdict.ts';
import { reasonText } from '../../strings/reasons.ts';
import { UI } from '../../strings/ui.ts';

const WORDS = UI.verdict;

const TONES: Readonly<Record<Verdict['outcome'], Tone & ('good' | 'bad' | 'warn' | 'note')>> = {
  accepted: 'good',
  unpinned: 'note',
  refused: 'bad',
  no_key: 'warn',
};
const GROUNDS = {
  good: 'border-good bg-good-soft text-good',
  bad: 'border-bad bg-bad-soft text-bad',
  warn: 'border-warn bg-warn-soft text-warn',
  note: 'border-note bg-note-soft text-note',
};
const SIGNS = { accepted: '✓', unpinned: '✓', refused: '✕', no_key: '?' };

/** What a verifier would say, in one line; the Checks tab has the rest. */
export function VerdictBanner({ verdict }: { verdict: Verdict | undefined }) {
  if (verdict === undefined) {
    return (
      <p
        role="status"
        aria-label={WORDS.title}
        className="rounded-lg border border-line bg-surface px-4 py-3 text-soft"
      >
        {WORDS.waiting}
      </p>
    );
  }
  const { outcome, code, signature } = verdict;
  return (
    <div
      role="status"
      aria-label={WORDS.title}
      data-outcome={outcome}
      data-code={code ?? ''}
      data-signature={signature}
      className={classes(
        'flex flex-wrap items-start gap-x-4 gap-y-1 rounded-lg border-l-4 px-4 py-3',
        GROUNDS[TONES[outcome]],
      )}
    >
      <p className="flex items-center gap-2 text-lg font-semibold">
        <span aria-hidden="true">{SIGNS[outcome]}</span> {WORDS[outcome]}
        {code !== undefined && <code className="text-sm font-normal">{code}</code>}
      </p>
      <p className="text-sm leading-7 font-medium">{WORDS.signature[signature]}</p>
      <p className="basis-full text-sm">{explanation(verdict)}</p>
    </div>
  );
}

function explanation({ outcome, code }: Verdict): string {
  if (outcome === 'accepted') return WORDS.acceptedText;
  if (outcome === 'unpinned') return WORDS.unpinnedText;
  if (outcome === 'no_key') return WORDS.noKeyText;
  const reason = code === undefined ? undefined : reasonText(code);
  return reason === undefined ? '' : `Because ${reason.summary}. ${reason.cure}`;
}

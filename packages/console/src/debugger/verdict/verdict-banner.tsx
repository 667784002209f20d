import type { Tone } from '../../design/badge.tsx';
import { classes } from '../../design/classes.ts';
import type { Verdict } from '../../engine/verdict/verdict.ts';
import { refusalText } from '../../strings/refusals.ts';
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
const SIGNATURE_TONES = { verified: 'good', failed: 'bad', not_checked: 'warn' } as const;
const SIGNATURE_SIGNS = { verified: '✓', failed: '✕', not_checked: '?' };

interface VerdictBannerProps {
  readonly verdict: Verdict | undefined;
  /** Was a key given that is none? */
  readonly unreadableKey: boolean;
}

/** Whether the signature verifies, and what a verifier would say; the Checks tab has the rest. */
export function VerdictBanner({ verdict, unreadableKey }: VerdictBannerProps) {
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
  const { outcome, code, signature, lines } = verdict;
  const [first, ...others] = lines.filter(({ result }) => result === 'failed');
  return (
    <div
      role="status"
      aria-label={WORDS.title}
      data-outcome={outcome}
      data-code={code ?? ''}
      data-signature={signature}
      className={classes(
        'verdict flex flex-wrap items-stretch overflow-hidden rounded-lg border-l-4',
        GROUNDS[TONES[outcome]],
      )}
    >
      <div className={classes('flex min-w-60 items-center px-4 py-3', GROUNDS[SIGNATURE_TONES[signature]])}>
        <p className="flex items-center gap-2 text-lg font-semibold">
          <span aria-hidden="true">{SIGNATURE_SIGNS[signature]}</span> {WORDS.signature[signature]}
        </p>
      </div>
      <div className="min-w-0 flex-1 basis-72 px-4 py-3">
        <p className="font-semibold">
          {WORDS[outcome]} {code !== undefined && <code className="text-sm font-normal">{code}</code>}
        </p>
        <p className="text-sm break-words">
          {first === undefined ? explanation(verdict, unreadableKey) : refusalText(first, verdict)}
        </p>
        {others.length > 0 && (
          <p className="text-sm">
            {WORDS.also}{' '}
            {others.map(({ code: other, check }) => (
              <code key={check} className="mr-2">
                {other}
              </code>
            ))}
          </p>
        )}
      </div>
    </div>
  );
}

function explanation({ outcome }: Verdict, unreadableKey: boolean): string {
  if (outcome === 'accepted') return WORDS.acceptedText;
  if (outcome === 'unpinned') return WORDS.unpinnedText;
  return unreadableKey ? WORDS.unreadableKeyText : WORDS.noKeyText;
}

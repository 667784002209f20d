import { Badge, Notice } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Choice, TextArea } from '../../design/field.tsx';
import { Panel } from '../../design/panel.tsx';
import type { Inspection } from '../../engine/engine.ts';
import { SECRET_ENCODINGS, type SecretEncoding } from '../../engine/keys/secret.ts';
import type { KeySummary } from '../../engine/keys/summary.ts';
import { keyTextError } from '../../strings/reasons.ts';
import { UI } from '../../strings/ui.ts';
import type { Debugger } from '../use-debugger.ts';
import { CertificateText } from './certificate-text.tsx';
import { LookUp } from './look-up.tsx';

const WORDS = UI.key;

function isEncoding(value: string): value is SecretEncoding {
  return SECRET_ENCODINGS.some((name) => name === value);
}

/** The key to verify with, and to sign what is edited. */
export function KeyPanel({ state, dispatch, inspection }: Debugger) {
  const { key } = state;
  const mismatch = inspection?.verdict?.mismatch;
  return (
    <Panel title={WORDS.title}>
      <TextArea
        label={WORDS.label}
        placeholder={WORDS.placeholder}
        rows={5}
        value={key.text}
        onChange={(event) => dispatch({ type: 'key', key: { text: event.target.value } })}
        hint={WORDS.stays}
      />
      <Choice
        className="mt-2 max-w-56"
        label={WORDS.encoding}
        value={key.encoding}
        onChange={({ target }) =>
          isEncoding(target.value) && dispatch({ type: 'key', key: { encoding: target.value } })
        }
      >
        {SECRET_ENCODINGS.map((name) => (
          <option key={name} value={name}>
            {WORDS.encodings[name]}
          </option>
        ))}
      </Choice>
      <div className="mt-3 space-y-2" data-key={inspection?.key.kind}>
        {inspection && <Told summary={inspection.key} />}
        {mismatch && (
          <div data-mismatch>
            <Notice tone="bad">{WORDS.mismatch(mismatch.alg, mismatch.need, mismatch.have)}</Notice>
          </div>
        )}
      </div>
      {inspection?.otherReading && (
        <div className="mt-2" data-other-reading>
          <Notice tone="note">
            {WORDS.otherReading(WORDS.encodings[inspection.otherReading.encoding])}{' '}
            <Button small onClick={() => dispatch({ type: 'key', key: { ...inspection.otherReading } })}>
              {WORDS.readSo}
            </Button>
          </Notice>
        </div>
      )}
      {inspection?.key.kind === 'keys' && (
        <div className="mt-2">
          <CopyButton
            text={JSON.stringify({ keys: inspection.key.keys.map(({ publicJwk }) => publicJwk) }, null, 2)}
            label={WORDS.copyJwks}
            words={WORDS.copyJwks}
          />
        </div>
      )}
      <LookUp dispatch={dispatch} issuer={issuerOf(inspection)} />
    </Panel>
  );
}

function issuerOf(inspection: Inspection | undefined): string {
  const payload = inspection?.reading.payload;
  const iss = payload?.kind === 'json' ? payload.object?.['iss'] : undefined;
  return typeof iss === 'string' ? iss : '';
}

function Told({ summary }: { summary: KeySummary }) {
  if (summary.kind === 'none') return <p className="text-sm text-soft">{WORDS.none}</p>;
  if (summary.kind === 'secret') return <p className="text-sm">{WORDS.secret(summary.bytes)}</p>;
  if (summary.kind === 'fault')
    return <Notice tone="bad">{keyTextError(summary.code, summary.about)}</Notice>;
  return (
    <ul className="space-y-2 text-sm">
      {summary.keys.map(({ description, format, isPrivate, forEncryption, kid, thumbprint, certificate }) => (
        <li key={`${thumbprint} ${kid}`}>
          <span className="font-medium">{description}</span> <span className="text-soft">{format}</span>{' '}
          <Badge tone={isPrivate ? 'warn' : 'plain'}>
            {WORDS.uses[isPrivate ? 'private' : 'public'][forEncryption ? 'encryption' : 'signatures']}
          </Badge>
          <div className="text-[0.8125rem] break-all text-soft">
            {kid !== undefined && kid !== thumbprint && (
              <>
                kid <code>{kid}</code>{' '}
              </>
            )}
            {WORDS.thumbprint} <code>{thumbprint}</code>
          </div>
          {certificate && <CertificateText certificate={certificate} />}
        </li>
      ))}
      {summary.skipped.length > 0 && <li className="text-warn">{WORDS.skipped(summary.skipped.length)}</li>}
    </ul>
  );
}

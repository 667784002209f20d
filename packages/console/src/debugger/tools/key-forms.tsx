import { CopyButton } from '../../design/copy-button.tsx';
import { Verbatim } from '../../design/scrollable.tsx';
import type { GeneratedKey, KeyForms } from '../../engine/making/generate.ts';
import { UI } from '../../strings/ui.ts';

const WORDS = UI.make;

interface GeneratedKeyFormsProps {
  readonly made: GeneratedKey;
  /** Who may have which half. */
  readonly titles: { readonly publicPart: string; readonly privatePart: string; readonly secretPart: string };
}

/** A key that was made here, in every form it can be taken along; what may be shown is told apart from what may not. */
export function GeneratedKeyForms({ made, titles }: GeneratedKeyFormsProps) {
  return (
    <div className="mt-3 space-y-3" data-generated={made.alg}>
      {made.kid !== undefined && <p className="text-sm break-all">{WORDS.kid(made.kid)}</p>}
      {made.publicForms && <Forms title={titles.publicPart} forms={made.publicForms} secret={false} />}
      <Forms
        title={made.publicForms ? titles.privatePart : titles.secretPart}
        forms={made.privateForms}
        secret
      />
    </div>
  );
}

function Forms({ title, forms, secret }: { title: string; forms: KeyForms; secret: boolean }) {
  const rows: [string, string | undefined][] = [
    [WORDS.pem, forms.pem],
    [WORDS.jwk, forms.jwk],
    [WORDS.jwks, forms.jwks],
  ];
  return (
    <fieldset
      className={secret ? 'rounded-md border-2 border-warn p-3' : 'rounded-md border-2 border-good p-3'}
      data-half={secret ? 'private' : 'public'}
    >
      <legend
        className={secret ? 'px-1 text-sm font-semibold text-warn' : 'px-1 text-sm font-semibold text-good'}
      >
        {title}
      </legend>
      {rows.map(([name, text]) =>
        text === undefined ? (
          name === WORDS.pem &&
          forms.jwk.includes('"oct"') === false && (
            <p key={name} className="text-[0.8125rem] text-soft">
              {WORDS.noPem}
            </p>
          )
        ) : (
          <details key={name} open={name === WORDS.jwk}>
            <summary className="min-h-7 py-1 text-sm">{name}</summary>
            <CopyButton text={text} label={`${UI.copy}: ${title}, ${name}`} />
            <Verbatim label={`${title}, ${name}`} text={text} form={name} />
          </details>
        ),
      )}
    </fieldset>
  );
}

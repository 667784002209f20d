import {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from '@portcullis/token';
import { useState } from 'react';
import { Notice } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { CopyButton } from '../../design/copy-button.tsx';
import { Choice, TextArea } from '../../design/field.tsx';
import { Verbatim } from '../../design/scrollable.tsx';
import { remote } from '../../engine/client.ts';
import { SECRET_ENCODINGS, type SecretEncoding } from '../../engine/keys/secret.ts';
import type { GeneratedKey } from '../../engine/making/generate.ts';
import type { Opened, Sealed } from '../../engine/opening/open.ts';
import { keyErrorText } from '../../strings/reasons.ts';
import { UI } from '../../strings/ui.ts';
import type { Debugger } from '../use-debugger.ts';
import { GeneratedKeyForms } from './key-forms.tsx';

const WORDS = UI.encryption;
/** Passwords: not for tokens of an API, but there are such tokens, and somebody has to look at them. */
const PASSWORD_ALGORITHMS = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'] as const;
type Management = KeyManagementAlgorithm | (typeof PASSWORD_ALGORITHMS)[number];
const MANAGEMENT: readonly Management[] = [...KEY_MANAGEMENT_ALGORITHMS, ...PASSWORD_ALGORITHMS];

type OpenedLayer = Extract<Opened, { kind: 'opened' }>;

/** Opens encrypted tokens layer by layer, and makes them. */
export function Encryption({ state, inspection, dispatch }: Debugger) {
  const [keyText, setKeyText] = useState('');
  const [encoding, setEncoding] = useState<SecretEncoding>('utf8');
  const [layers, setLayers] = useState<readonly OpenedLayer[]>([]);
  const [refusal, setRefusal] = useState<string>();
  const key = { text: keyText, encoding };

  const decrypt = async (text: string, choose: number, known: readonly OpenedLayer[]) => {
    setRefusal(undefined);
    const opened = await remote.open(text, choose, key);
    if (opened.kind === 'opened') {
      setRefusal(undefined);
      setLayers([...known, opened]);
    } else {
      setRefusal(opened.code);
      setLayers(known);
    }
  };
  const token = inspection?.reading.token ?? '';
  return (
    <>
      <TextArea
        label={WORDS.key}
        rows={4}
        value={keyText}
        onChange={({ target }) => setKeyText(target.value)}
        hint={WORDS.keyHint}
      />
      <div className="mt-2 flex flex-wrap items-end gap-3">
        <Choice
          label={UI.key.encoding}
          value={encoding}
          onChange={({ target }) => setEncoding(encodingOf(target.value))}
        >
          {SECRET_ENCODINGS.map((name) => (
            <option key={name} value={name}>
              {UI.key.encodings[name]}
            </option>
          ))}
        </Choice>
        <Button look="primary" onClick={() => void decrypt(state.text, state.choose, [])}>
          {WORDS.decrypt}
        </Button>
      </div>
      <div role="status" className="mt-2">
        {refusal && (
          <Notice tone="bad">
            {notEncrypted(refusal, layers.length) ?? WORDS.refused(refusalText(refusal))}{' '}
            <code>{refusal}</code>
          </Notice>
        )}
      </div>
      <ol className="space-y-3">
        {layers.map(({ text, holds }, index) => (
          <li key={text} data-layer={index + 1} className="rounded-md border border-line p-3">
            <div className="flex flex-wrap items-center gap-2">
              <h3 className="text-sm font-semibold">
                {WORDS.layer(index + 1)}: {WORDS.holds[holds]}
              </h3>
              {holds === 'token' && (
                <>
                  <Button small onClick={() => dispatch({ type: 'text', text })}>
                    {WORDS.show}
                  </Button>
                  <Button small onClick={() => void decrypt(text, 0, layers.slice(0, index + 1))}>
                    {WORDS.again}
                  </Button>
                </>
              )}
              <CopyButton text={text} label={`${UI.copy}: ${WORDS.layer(index + 1)}`} />
            </div>
            <Verbatim label={WORDS.layer(index + 1)} text={text} />
          </li>
        ))}
      </ol>
      <Encrypting
        keyText={key}
        token={token}
        onGenerated={(made) => setKeyText(made.privateForms.jwk)}
        onShow={(text) => dispatch({ type: 'text', text })}
      />
    </>
  );
}

function refusalText(code: string): string {
  return code === 'key_missing' ? WORDS.noKey : keyErrorText(code);
}

function notEncrypted(code: string, layers: number): string | undefined {
  if (code !== 'not_encrypted') return undefined;
  return layers > 0 ? WORDS.signedInside : WORDS.notEncrypted;
}

function encodingOf(value: string): SecretEncoding {
  return SECRET_ENCODINGS.find((name) => name === value) ?? 'utf8';
}

interface EncryptingProps {
  readonly keyText: { readonly text: string; readonly encoding: SecretEncoding };
  readonly token: string;
  readonly onGenerated: (made: GeneratedKey) => void;
  readonly onShow: (text: string) => void;
}

function Encrypting({ keyText, token, onGenerated, onShow }: EncryptingProps) {
  const [text, setText] = useState('');
  const [alg, setAlg] = useState<Management>('RSA-OAEP-256');
  const [enc, setEnc] = useState<ContentEncryption>('A256GCM');
  const [sealed, setSealed] = useState<Sealed>();
  const [made, setMade] = useState<GeneratedKey>();
  const [failed, setFailed] = useState<string>();

  const encrypt = async () => {
    setFailed(undefined);
    const nested = text === '';
    setSealed(await remote.seal(nested ? token : text, { alg, enc, ...(nested && { cty: 'JWT' }) }, keyText));
  };
  const generate = async () => {
    setFailed(undefined);
    const management = KEY_MANAGEMENT_ALGORITHMS.find((name) => name === alg);
    if (management === undefined) return;
    try {
      const key = await remote.generateKeyForEncryption(management, enc);
      setMade(key);
      onGenerated(key);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="mt-5 border-t border-line pt-4">
      <TextArea
        label={WORDS.text}
        rows={3}
        value={text}
        onChange={({ target }) => setText(target.value)}
        hint={WORDS.textHint}
      />
      <div className="mt-2 flex flex-wrap items-end gap-3">
        <Choice
          label={WORDS.alg}
          value={alg}
          onChange={({ target }) => setAlg(MANAGEMENT.find((name) => name === target.value) ?? alg)}
        >
          {MANAGEMENT.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
        <Choice
          label={WORDS.enc}
          value={enc}
          onChange={({ target }) => setEnc(CONTENT_ENCRYPTIONS.find((name) => name === target.value) ?? enc)}
        >
          {CONTENT_ENCRYPTIONS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
        <Button onClick={() => void encrypt()}>{WORDS.encrypt}</Button>
        {!alg.startsWith('PBES2') && <Button onClick={() => void generate()}>{WORDS.generate}</Button>}
      </div>
      {`${alg} ${enc}`.includes('192') && <p className="mt-2 text-sm text-warn">{WORDS.aes192}</p>}
      {alg.startsWith('PBES2') && <p className="mt-2 text-sm text-soft">{WORDS.pbes2}</p>}
      {failed && <Notice tone="bad">{UI.make.failed(failed)}</Notice>}
      <div role="status">
        {sealed?.kind === 'refused' && (
          <Notice tone="bad">
            {refusalText(sealed.code)} <code>{sealed.code}</code> {sealed.reason}
          </Notice>
        )}
      </div>
      {sealed?.kind === 'sealed' && (
        <div className="mt-3" data-sealed>
          <h3 className="text-sm font-semibold">
            {WORDS.result}{' '}
            <Button small onClick={() => onShow(sealed.token)}>
              {WORDS.show}
            </Button>{' '}
            <CopyButton text={sealed.token} label={`${UI.copy}: ${WORDS.result}`} />
          </h3>
          <Verbatim label={WORDS.result} text={sealed.token} />
        </div>
      )}
      {made && <GeneratedKeyForms made={made} titles={WORDS} />}
    </div>
  );
}

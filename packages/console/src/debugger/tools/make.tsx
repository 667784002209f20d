import { ALGORITHMS, type Algorithm, isAlgorithm } from '@portcullis/token';
import { useState } from 'react';
import { Notice } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Choice } from '../../design/field.tsx';
import { remote } from '../../engine/client.ts';
import type { KeyText } from '../../engine/keys/read-keys.ts';
import type { GeneratedKey } from '../../engine/making/generate.ts';
import { TEMPLATE_NAMES, type TemplateName } from '../../engine/making/templates.ts';
import { DEFAULT_EXPECTATIONS } from '../../engine/verdict/settings.ts';
import { UI } from '../../strings/ui.ts';
import type { Debugger } from '../use-debugger.ts';
import { GeneratedKeyForms } from './key-forms.tsx';

const WORDS = UI.make;

function isTemplate(value: string): value is TemplateName {
  return TEMPLATE_NAMES.some((name) => name === value);
}

/** Makes keys and tokens of every kind and algorithm, in this page. */
export function Make({ state, dispatch }: Debugger) {
  const [name, setName] = useState<TemplateName>('access_token');
  const [alg, setAlg] = useState<Algorithm>('ES256');
  const [made, setMade] = useState<GeneratedKey>();
  const [failed, setFailed] = useState<string>();

  // RFC 9449 section 4.2: a proof is signed with a key pair.
  const algorithms = ALGORITHMS.filter((one) => name !== 'dpop_proof' || !one.startsWith('HS'));
  const chosen = algorithms.includes(alg) ? alg : 'ES256';

  const generate = async (): Promise<GeneratedKey | undefined> => {
    setFailed(undefined);
    try {
      const key = await remote.generateSigningKey(chosen);
      setMade(key);
      return key;
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const take = ({ privateForms }: GeneratedKey) =>
    dispatch({ type: 'key', key: { text: privateForms.jwk, encoding: 'utf8' } });
  const write = async (key: KeyText): Promise<string | undefined> => {
    const { header, claims } = await remote.template(name, key, chosen);
    const parts = { header: JSON.stringify(header), payload: JSON.stringify(claims) };
    const encoded = await remote.encode({ ...parts, payloadIsJson: true, signature: '' }, key);
    if (encoded.kind !== 'encoded' || !encoded.signed) return undefined;
    const inquiry = { text: encoded.token, choose: 0, key, expectations: DEFAULT_EXPECTATIONS };
    const { verdict } = await remote.inspect(inquiry);
    // A key that is bound to another algorithm, or too weak for this one, will not do.
    const good = verdict?.signature === 'verified' && verdict.refusedKeys.length === 0;
    return good ? encoded.token : undefined;
  };
  const makeToken = async () => {
    const byGivenKey = await write(state.key);
    if (byGivenKey !== undefined) {
      dispatch({ type: 'text', text: byGivenKey });
      return;
    }
    const key = made?.alg === chosen ? made : await generate();
    const token = key && (await write({ text: key.privateForms.jwk, encoding: 'utf8' }));
    if (key === undefined || token === undefined) return;
    take(key);
    dispatch({ type: 'text', text: token });
  };

  return (
    <>
      <div className="flex flex-wrap items-end gap-3">
        <Choice
          label={WORDS.template}
          value={name}
          onChange={({ target }) => isTemplate(target.value) && setName(target.value)}
        >
          {TEMPLATE_NAMES.map((one) => (
            <option key={one} value={one}>
              {WORDS.templates[one]}
            </option>
          ))}
        </Choice>
        <Choice
          label={WORDS.algorithm}
          value={chosen}
          onChange={({ target }) => isAlgorithm(target.value) && setAlg(target.value)}
        >
          {algorithms.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </Choice>
        <Button look="primary" onClick={() => void makeToken()}>
          {WORDS.fill}
        </Button>
        <Button onClick={() => void generate()}>{WORDS.generate}</Button>
        {made && <Button onClick={() => take(made)}>{WORDS.use}</Button>}
      </div>
      <p className="mt-2 text-[0.8125rem] text-soft">{WORDS.fillText}</p>
      {failed && <Notice tone="bad">{WORDS.failed(failed)}</Notice>}
      {made && <GeneratedKeyForms made={made} titles={WORDS} />}
    </>
  );
}

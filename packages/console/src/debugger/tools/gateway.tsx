import { useEffect, useId, useState } from 'react';
import { Badge, Notice } from '../../design/badge.tsx';
import { Button } from '../../design/button.tsx';
import { Checkbox, TextArea } from '../../design/field.tsx';
import { Verbatim } from '../../design/scrollable.tsx';
import { TextEditor } from '../../editor/text-editor.tsx';
import type { AnsweredStep, GatewayAnswer } from '../../engine/asking/ask.ts';
import { remote } from '../../engine/client.ts';
import { UI } from '../../strings/ui.ts';
import type { Debugger } from '../use-debugger.ts';
import { STARTER } from './gateway-starter.ts';

const WORDS = UI.gateway;
/** A configuration is no longer than this (docs/configuration.md). */
const LONGEST_FILE = 1024 * 1024;

/** Would this token pass the gateway, and if not, at which check? */
export function Gateway({ inspection }: Debugger) {
  const [configuration, setConfiguration] = useState(STARTER);
  const [request, setRequest] = useState('GET /orders/42');
  const [variables, setVariables] = useState('');
  const [noToken, setNoToken] = useState(false);
  const [keys, setKeys] = useState<Readonly<Record<string, string>>>({});
  const [issuers, setIssuers] = useState<readonly string[]>([]);
  const [answer, setAnswer] = useState<GatewayAnswer>();
  const file = useId();

  useEffect(() => {
    let dropped = false;
    void remote.issuersWithoutKeys(configuration, environmentOf(variables)).then((names) => {
      if (!dropped) setIssuers(names);
    });
    return () => {
      dropped = true;
    };
  }, [configuration, variables]);

  const ask = async () => {
    const token = noToken ? '' : (inspection?.reading.token ?? '');
    const now = inspection?.now ?? Math.floor(Date.now() / 1000);
    setAnswer(
      await remote.ask({ configuration, environment: environmentOf(variables), request, token, keys, now }),
    );
  };
  const above =
    inspection?.key.kind === 'keys'
      ? { keys: inspection.key.keys.map(({ publicJwk }) => publicJwk) }
      : undefined;
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <div className="min-w-0 space-y-3">
        <div>
          <div className="mb-1 flex flex-wrap items-center justify-between gap-2">
            <h3 className="text-sm font-semibold">{WORDS.configuration}</h3>
            <label
              htmlFor={file}
              className="cursor-pointer rounded-md border border-line-strong px-2 py-0.5 text-[0.8125rem] font-medium focus-within:outline-2 hover:bg-raised"
            >
              {WORDS.open}
              <input
                id={file}
                type="file"
                accept=".yaml,.yml"
                className="sr-only"
                onChange={({ target }) =>
                  void readFile(target.files?.[0]).then(
                    (text) => text !== undefined && setConfiguration(text),
                  )
                }
              />
            </label>
          </div>
          <TextEditor label={WORDS.configuration} text={configuration} onChange={setConfiguration} />
        </div>
        <TextArea
          label={WORDS.request}
          rows={3}
          value={request}
          onChange={({ target }) => setRequest(target.value)}
          hint={WORDS.requestHint}
        />
        <Checkbox
          label={WORDS.withoutToken}
          checked={noToken}
          onChange={({ target }) => setNoToken(target.checked)}
        />
        {configuration.includes('${') && (
          <TextArea
            label={WORDS.variables}
            rows={2}
            value={variables}
            onChange={({ target }) => setVariables(target.value)}
            hint={WORDS.variablesHint}
          />
        )}
        {issuers.map((name) => (
          <div key={name}>
            <TextArea
              label={WORDS.keys(name)}
              rows={3}
              value={keys[name] ?? ''}
              onChange={({ target }) => setKeys({ ...keys, [name]: target.value })}
              hint={WORDS.keysHint}
            />
            {above && (
              <Button
                small
                className="mt-1"
                onClick={() => setKeys({ ...keys, [name]: JSON.stringify(above, null, 2) })}
              >
                {WORDS.fromAbove}
              </Button>
            )}
          </div>
        ))}
        <Button look="primary" onClick={() => void ask()}>
          {WORDS.ask}
        </Button>
      </div>
      <div className="min-w-0" role="status" data-answer={answer?.kind}>
        {answer ? <Answer answer={answer} /> : <p className="text-soft">{WORDS.real}</p>}
      </div>
    </div>
  );
}

async function readFile(file: File | undefined): Promise<string | undefined> {
  return file === undefined || file.size > LONGEST_FILE ? undefined : file.text();
}

function environmentOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
    }),
  );
}

function Answer({ answer }: { answer: GatewayAnswer }) {
  switch (answer.kind) {
    case 'forwarded':
      return (
        <>
          <Notice tone="good">{WORDS.forwarded(answer.route, answer.api)}</Notice>
          {answer.headers.length > 0 && (
            <>
              <h3 className="mt-3 text-sm font-semibold">{WORDS.upstream}</h3>
              <Verbatim
                label={WORDS.upstream}
                text={answer.headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
              />
            </>
          )}
          <Steps steps={answer.steps} />
        </>
      );
    case 'denied':
      return (
        <>
          <Notice tone="bad">
            {WORDS.denied(answer.status, answer.reason)} {answer.summary}.
          </Notice>
          <p className="mt-2 text-sm">
            <span className="font-medium">{WORDS.cure}:</span> {answer.cure}
          </p>
          <Steps steps={answer.steps} />
        </>
      );
    case 'preflight':
      return <Notice tone="note">{WORDS.preflight}</Notice>;
    case 'request':
      return <Notice tone="warn">{WORDS.badRequest}</Notice>;
    case 'keys':
      return <Notice tone="warn">{WORDS.badKeys(answer.issuer, answer.code)}</Notice>;
    case 'configuration':
      return (
        <Notice tone="warn">
          {WORDS.badConfiguration}
          <ul className="mt-1 list-disc pl-5">
            {answer.problems.map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                {WORDS.line(line)}: {message}
              </li>
            ))}
          </ul>
        </Notice>
      );
  }
}

const RESULTS = {
  passed: { tone: 'good', word: UI.verdict.results.passed },
  failed: { tone: 'bad', word: UI.verdict.results.failed },
  'not reached': { tone: 'plain', word: UI.verdict.results.not_reached },
} as const;

function Steps({ steps }: { steps: readonly AnsweredStep[] }) {
  return (
    <ol className="mt-3 divide-y divide-line text-sm">
      {steps.map(({ check, title, result, input, rule }) => (
        <li key={check} data-step={check} data-result={result} className="flex flex-wrap gap-x-3 py-1">
          <span className="w-24 shrink-0">
            <Badge tone={RESULTS[result].tone}>{RESULTS[result].word}</Badge>
          </span>
          <span className="min-w-0 flex-1 basis-56">
            <span className="font-medium">{check.replaceAll('_', ' ')}</span>{' '}
            <span className="text-soft">{title}</span>
            <span className="block">
              {Object.entries(input).map(([name, value]) => (
                <span key={name} className="mr-3 inline-block font-mono text-xs break-all">
                  <span className="text-soft">{name}</span> {String(value)}
                </span>
              ))}
            </span>
            {rule && (
              <span className="block text-bad">
                {WORDS.line(rule.line)}: <code>{rule.text}</code>
              </span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

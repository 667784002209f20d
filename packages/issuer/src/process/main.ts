/** The entry of the issuer's process: it answers what its parent asks, and ends with it. */
import { type Configuration, parseConfig } from '@portcullis/guard';
import { openStore, type Store } from '@portcullis/store';
import { pino } from 'pino';
import { masterKeySource } from '../configured/master-key.ts';
import { storeUrlOf } from '../configured/store.ts';
import type { RunningIssuer } from '../issuer.ts';
import type { IssuerMetric } from '../record/metrics.ts';
import type { FromIssuer, IssuerSetting, Question, ToIssuer } from './messages.ts';

const log = pino(
  {
    name: 'issuer',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  },
  pino.destination(2),
);
// What a library has to say of the Node it runs on, or of its defaults, is no message to who runs this.
console.warn = (text: unknown) => log.debug(String(text));
console.info = console.warn;

let running: { readonly issuer: RunningIssuer; readonly store: Store } | undefined;
let furtherKeys: readonly object[] = [];
let ending = false;

process.on('message', (message: ToIssuer) => {
  if (message.type === 'stop') void end();
  else void reply(message);
});
// The parent decides when this ends; an interrupt at the terminal reaches both.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => {});
process.on('SIGTERM', () => void end());
process.on('disconnect', () => void end());

async function reply(question: Question & { readonly id: number }): Promise<void> {
  const { id } = question;
  try {
    send({ type: 'answer', id, metrics: await answer(question) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
    send({ type: 'refusal', id, message, ...code });
  }
}

async function answer(question: Question): Promise<readonly IssuerMetric[]> {
  if (question.type === 'collect') return running?.issuer.metrics() ?? [];
  const configuration = parse(question.setting);
  log.level = configuration.config.log.level;
  furtherKeys = question.setting.furtherKeys;
  if (question.type === 'start') running = await start(configuration);
  else await running?.issuer.apply(configuration.config);
  return [];
}

async function start(configuration: Configuration): Promise<NonNullable<typeof running>> {
  const url = storeUrlOf(configuration);
  if (url === undefined) throw new Error('the issuer needs a store');
  // After the console was turned to the log.
  const { startIssuer } = await import('../issuer.ts');
  const store = await openStore(url);
  try {
    const issuer = await startIssuer({
      config: configuration.config,
      store,
      masterKey: masterKeySource(configuration),
      furtherKeys: async () => furtherKeys,
      onKeysChanged: () => send({ type: 'keys_changed' }),
      logger: log,
    });
    return { issuer, store };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function parse({ file, text }: IssuerSetting): Configuration {
  return parseConfig(text, { file, env: process.env });
}

function send(message: FromIssuer): void {
  if (process.connected) process.send?.(message);
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await running?.issuer.stop();
  await running?.store.close();
  process.exit(0);
}

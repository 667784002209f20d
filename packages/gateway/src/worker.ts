/** The entry of a worker process: it answers what the supervisor asks. */
import cluster from 'node:cluster';
import { RevocationSet } from '@portcullis/guard';
import { messageOf } from './errors.ts';
import {
  type Answers,
  type FromWorker,
  HARMLESS_SIGNALS,
  type Question,
  type ToWorker,
} from './supervisor/messages.ts';
import { readRevocations } from './supervisor/revocation-text.ts';
import { RunningWorker } from './worker/running-worker.ts';
import { keepTickShape } from './worker/tick-shape.ts';

/** Milliseconds. */
const FORGET_EVERY = 1000;

keepTickShape();

/** Here before the worker runs: nothing may be let in before what is revoked is known. */
const revocations = new RevocationSet();
setInterval(() => revocations.forgetSome(), FORGET_EVERY).unref();
let running: RunningWorker | undefined;

// node:cluster ends a worker at once when its supervisor dies, unless it believes that the end was agreed. Requests
// under way deserve better: `drain` sees to the end then too.
if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;

process.on('message', (message: ToWorker) => {
  if (message.type === 'drain') drain();
  else if (message.type === 'reopen') running?.reopenLog();
  else if (message.type === 'refresh_keys') running?.refreshKeys(message.issuer);
  else void reply(message);
});
// The supervisor decides when a worker stops; an interrupt at the terminal reaches both.
process.on('SIGINT', () => {});
for (const signal of HARMLESS_SIGNALS) process.on(signal, () => {});
process.on('SIGTERM', drain);
process.on('disconnect', drain);

async function reply(question: Question & { readonly id: number }): Promise<void> {
  const { id } = question;
  try {
    send({ type: 'answer', id, value: await answer(question) });
    if (question.type === 'open' || question.type === 'apply') tellMissingKeys();
  } catch (error) {
    send({ type: 'refusal', id, message: messageOf(error) });
  }
}

async function answer(question: Question): Promise<Answers[keyof Answers]> {
  switch (question.type) {
    case 'open': {
      const { revision, help } = question;
      running = await RunningWorker.open({
        revision,
        help,
        env: process.env,
        revocations,
        onKeys: tellMissingKeys,
      });
      return null;
    }
    case 'listen':
      await running?.listen(question.listen);
      return null;
    case 'apply':
      await running?.apply(question.revision);
      return null;
    case 'revoke':
      revocations.add(readRevocations(question.batch));
      return null;
    case 'collect':
      return (await running?.collect()) ?? [];
    case 'find':
      return running?.find(question.requestId) ?? null;
    case 'ping':
      return null;
  }
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** For `/readyz`. */
function tellMissingKeys(): void {
  if (running !== undefined) send({ type: 'without_keys', issuers: running.issuersWithoutKeys });
}

function drain(): void {
  if (running === undefined) process.exit(0);
  running.drain(() => process.exit(0));
}

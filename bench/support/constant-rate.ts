/**
 * Sends requests at a constant rate, whatever the answers do (an open loop): one that is due while all connections are
 * busy waits, and its waiting counts. Runs as a program of its own, so that it can be pinned to a CPU; its arguments and
 * its result are JSON.
 */
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createHistogram } from 'node:perf_hooks';

export interface RateLoad {
  readonly url: string;
  readonly path: string;
  /** One token a line. */
  readonly tokensFile: string;
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly connections: number;
}

export interface Latencies {
  readonly requests: number;
  /** Answers other than 200, and connections that broke. */
  readonly failures: number;
  /** From the moment that a request was due, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const TICK = 1;
/** What is due in the first milliseconds does not count: connections open then. */
const SETTLING = 1000;
const HEAD_END = '\r\n\r\n';

class Client {
  readonly #socket: Socket;
  readonly #onDone: (client: Client, ok: boolean) => void;
  #received = '';
  dueAt = 0;

  constructor(url: URL, onDone: (client: Client, ok: boolean) => void) {
    this.#onDone = onDone;
    this.#socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.#socket.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    this.#socket.on('error', (error) => {
      throw error;
    });
  }

  send(request: string, dueAt: number): void {
    this.dueAt = dueAt;
    this.#received = '';
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf(HEAD_END);
    if (end === -1) return;
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(this.#received) ?? [];
    if (length === undefined) throw new Error('an answer without Content-Length');
    if (this.#received.length < end + HEAD_END.length + Number(length)) return;
    this.#onDone(this, this.#received.startsWith('HTTP/1.1 200'));
  }
}

async function run({ url, path, tokensFile, rate, seconds, connections }: RateLoad): Promise<Latencies> {
  const tokens = readFileSync(tokensFile, 'utf8').trim().split('\n');
  const requests = tokens.map(
    (token) => `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const histogram = createHistogram();
  const idle: Client[] = [];
  const due: number[] = [];
  let sent = 0;
  let failures = 0;
  const next = (client: Client): void => {
    const at = due.shift();
    if (at === undefined) idle.push(client);
    else client.send(requests[sent++ % requests.length] ?? '', at);
  };
  const onDone = (client: Client, ok: boolean): void => {
    if (client.dueAt - start > SETTLING)
      histogram.record(Math.max(1, Math.round((performance.now() - client.dueAt) * 1000)));
    if (!ok) failures += 1;
    next(client);
  };
  const clients = Array.from({ length: connections }, () => new Client(new URL(url), onDone));
  idle.push(...clients);
  const start = performance.now();
  let planned = 0;
  await new Promise<void>((done) => {
    const timer = setInterval(() => {
      const now = performance.now();
      const wanted = Math.min(Math.floor(((now - start) / 1000) * rate), rate * seconds);
      // The timer's own coarseness is no delay of the gateway's: due is what this tick brings.
      for (; planned < wanted; planned += 1) due.push(now);
      while (due.length > 0 && idle.length > 0) next(idle.pop() as Client);
      if (now - start < seconds * 1000 + 500) return;
      clearInterval(timer);
      done();
    }, TICK);
  });
  for (const client of clients) client.close();
  const at = (percentile: number): number => histogram.percentile(percentile) / 1000;
  return { requests: histogram.count, failures, p50: at(50), p99: at(99), p999: at(99.9) };
}

if (import.meta.main) console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? ''))));

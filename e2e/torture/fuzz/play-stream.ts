import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { RawConnection } from '../../support/raw-connection.ts';
import { resetConnection } from '../../support/reset-connection.ts';
import { openAnswering } from './answering-connection.ts';
import type { ClientStream } from './client-streams.ts';
import { valuesOf } from './grammar.ts';
import type { ReadStream } from './read-requests.ts';
import type { ReadAnswers, ReadResponse } from './read-responses.ts';
import { TAG, tagOf } from './strict-upstream.ts';

/** Sends a stream as it says, waits for what comes of it, and tells what is wrong with the answers, if anything. */
export async function playStream(
  url: string,
  stream: ClientStream,
  sent: ReadStream,
): Promise<{ readonly fault: string | undefined; readonly answers: ReadAnswers }> {
  const methods = sent.requests.map(({ method }) => method);
  const { client, read, answered } = await openAnswering(url, methods);
  await write(client, stream);
  if (stream.ending === 'reset') {
    resetConnection(client.socket);
    const answers = read();
    return { fault: faultOf(answers, sent), answers };
  }
  if (stream.ending === 'half-closed') client.socket.end();
  const all = sent.rest === 'nothing' ? methods.length : Number.POSITIVE_INFINITY;
  // Whatever else it waits for, the gateway's own timeouts have to end it.
  const inTime = await answered(all);
  const answers = read();
  const fault = inTime ? faultOf(answers, sent) : 'neither answered nor closed';
  const told =
    fault === undefined ? fault : `${fault}; got ${JSON.stringify(client.received().slice(0, 3000))}`;
  client.close();
  return { fault: told, answers };
}

async function write(client: RawConnection, { bytes, cuts, pause }: ClientStream): Promise<void> {
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    if (cut <= from) continue;
    if (!client.socket.writable) return;
    client.socket.write(bytes.subarray(from, cut));
    from = cut;
    await (pause === 0 ? nextTurn() : sleep(pause));
  }
}

function faultOf({ responses, malformed }: ReadAnswers, { requests }: ReadStream): string | undefined {
  if (malformed) return 'an answer that nobody can read';
  if (responses.length > requests.length + 1) return 'more answers than requests';
  for (const [at, response] of responses.entries()) {
    const request = requests[at];
    if (request === undefined) {
      if (!isFarewell(response)) return 'an answer to something that was no request';
    } else if (response.status === 200 && !isOwn(response, tagOf(request), request.method)) {
      return `the answer to another request than ${tagOf(request)}`;
    }
  }
  return undefined;
}

/** What is said to bytes that are no request. */
function isFarewell({ status, fields }: ReadResponse): boolean {
  return status >= 400 && valuesOf(fields, 'connection').includes('close');
}

function isOwn({ fields, body, complete }: ReadResponse, tag: string, method: string): boolean {
  if (valuesOf(fields, TAG).join('|') !== tag) return false;
  if (method === 'HEAD') return body === '';
  return complete ? body === tag : tag.startsWith(body);
}

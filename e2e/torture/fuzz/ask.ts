import { head } from '../../support/raw-connection.ts';
import { openAnswering } from './answering-connection.ts';
import { valuesOf } from './grammar.ts';
import type { Random } from './random.ts';
import type { ReadAnswers, ReadResponse } from './read-responses.ts';
import { TAG } from './strict-upstream.ts';

/** What a well-behaved client got for its requests on one connection. */
export interface Asked {
  readonly fault: string | undefined;
  readonly tags: readonly string[];
  readonly responses: readonly ReadResponse[];
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT', 'DELETE'];

/** How many clients of a hundred send their requests without waiting for answers. */
const PIPELINING = 30;

/** Sends a few sound requests, one by one or at once, and tells what is wrong with the answers, if anything. */
export async function ask(url: string, random: Random, nextTag: () => string): Promise<Asked> {
  const tags: string[] = [];
  const methods: string[] = [];
  const { client, ended, read, answered } = await openAnswering(url, methods);
  const atOnce = random.chance(PIPELINING);
  let inTime = true;
  for (let left = 1 + random.below(4); left > 0 && !ended() && inTime; left -= 1) {
    const tag = nextTag();
    const method = random.pick(METHODS);
    tags.push(tag);
    methods.push(method);
    client.send(request(random, method, tag));
    if (!atOnce || left === 1) inTime = await answered(tags.length);
  }
  const answers = read();
  const fault = inTime ? faultOf(answers, tags, methods, client.received()) : 'neither answered nor closed';
  const told =
    fault === undefined ? fault : `${fault}; got ${JSON.stringify(client.received().slice(-3000))}`;
  client.close();
  return { fault: told, tags, responses: answers.responses };
}

function request(random: Random, method: string, tag: string): string {
  const line = `${method} /a/open/lie`;
  if (method !== 'POST' && method !== 'PUT') return head(line, `${TAG}: ${tag}`);
  const body = 'b'.repeat(random.chance(10) ? random.below(200_000) : random.below(100));
  if (random.chance(50)) return head(line, `${TAG}: ${tag}`, `Content-Length: ${body.length}`) + body;
  const chunks = body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`;
  return `${head(line, `${TAG}: ${tag}`, 'Transfer-Encoding: chunked', 'TE: trailers')}${chunks}0\r\n\r\n`;
}

function faultOf(
  { responses, malformed }: ReadAnswers,
  tags: readonly string[],
  methods: readonly string[],
  all: string,
): string | undefined {
  if (malformed) return 'an answer that nobody can read';
  if (responses.length > tags.length) return 'more answers than requests';
  for (const [, found = ''] of all.matchAll(/<([\w-]+)>/g)) {
    if (!tags.includes(found)) return `a part of the answer to ${found}`;
  }
  for (const [at, response] of responses.entries()) {
    const tag = tags[at] ?? '';
    const other = tagsIn(response).find((found) => found !== tag);
    if (other !== undefined) return `the answer to ${other} for ${tag} (${methods[at]}), of ${tags.join()}`;
  }
  return undefined;
}

/** An answer of the gateway's own has no tag. */
function tagsIn({ fields, body }: ReadResponse): string[] {
  return [...valuesOf(fields, TAG), ...[...body.matchAll(/<([\w-]+)>/g)].map(([, found = '']) => found)];
}

import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { APPLICATION, CALLBACK, PASSWORD, PERSON, type PortcullisSubject } from './issuer-subjects.ts';

const FORM = 'application/x-www-form-urlencoded';

export interface SignInLoad {
  /** Token requests a second, at a steady rate whatever the answers. */
  readonly tokens: number;
  /** Sign-ins a second, each with a password. */
  readonly signIns: number;
  readonly seconds: number;
}

export interface SignInFigures {
  /** How long token requests took; milliseconds, in ascending order. */
  readonly tokens: readonly number[];
  /** The same for the request that checks the password. */
  readonly signIns: readonly number[];
  /** Answers that were no token, or no sign-in. */
  readonly failures: number;
}

/** How long token requests of a service take while people sign in. */
export async function signInLatencies(subject: PortcullisSubject, load: SignInLoad): Promise<SignInFigures> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const [tokens, signIns]: [number[], number[]] = [[], []];
  let failures = 0;
  const underWay: Promise<void>[] = [];
  const timed = async (times: number[], work: () => Promise<number | undefined>): Promise<void> => {
    const took = await work().catch(() => undefined);
    if (took === undefined) failures += 1;
    else times.push(took);
  };
  const begin = performance.now();
  const pace = async (rate: number, send: () => Promise<void>): Promise<void> => {
    for (let sent = 0; sent < rate * load.seconds; sent += 1) {
      const due = begin + (sent * 1000) / rate;
      if (due > performance.now()) await sleep(due - performance.now());
      underWay.push(send());
    }
  };
  await Promise.all([
    pace(load.tokens, () => timed(tokens, () => tokenRequest(subject, agent))),
    ...(load.signIns > 0 ? [pace(load.signIns, () => timed(signIns, () => signIn(subject, agent)))] : []),
  ]);
  await Promise.all(underWay);
  agent.destroy();
  const ascending = (times: number[]): number[] => times.toSorted((a, b) => a - b);
  return { tokens: ascending(tokens), signIns: ascending(signIns), failures };
}

async function tokenRequest({ url, secret }: PortcullisSubject, agent: Agent): Promise<number | undefined> {
  const begin = performance.now();
  const authorization = `Basic ${Buffer.from(`bench:${secret}`).toString('base64')}`;
  const headers = { authorization, 'content-type': FORM };
  const { status } = await ask(`${url}/token`, agent, headers, 'grant_type=client_credentials');
  return status === 200 ? performance.now() - begin : undefined;
}

/** @returns how long the request took that checks the password */
async function signIn({ url, issuer }: PortcullisSubject, agent: Agent): Promise<number | undefined> {
  const challenge = createHash('sha256').update(randomBytes(32)).digest('base64url');
  const parameters = new URLSearchParams({
    client_id: APPLICATION,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: CALLBACK,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  // Everybody comes from somewhere else.
  const from = { 'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}` };
  const begun = await ask(`${url}/auth?${parameters}`, agent, from);
  const cookie = begun.cookies.map((line) => line.split(';')[0]).join('; ');
  const path = new URL(begun.location, url).pathname;
  const begin = performance.now();
  const headers = { ...from, cookie, origin: issuer, 'content-type': FORM };
  const form = new URLSearchParams({ email: PERSON, password: PASSWORD }).toString();
  const { status } = await ask(`${url}${path}/sign-in`, agent, headers, form);
  return status === 200 ? performance.now() - begin : undefined;
}

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly cookies: readonly string[];
}

function ask(url: string, agent: Agent, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((done, fail) => {
    const take = (response: IncomingMessage): void => {
      response.resume();
      response.once('end', () =>
        done({
          status: response.statusCode ?? 0,
          location: response.headers.location ?? '',
          cookies: response.headers['set-cookie'] ?? [],
        }),
      );
    };
    const method = body === undefined ? 'GET' : 'POST';
    request(url, { agent, method, headers }, take).once('error', fail).end(body);
  });
}

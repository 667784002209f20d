import {
  ConfigError,
  compile,
  createGuard,
  createLimiter,
  type Decision,
  type Denial,
  denialRecord,
  explain,
  issuerPolicy,
  parseConfig,
  passedSteps,
  type RequestHead,
  type Snapshot,
  type TrustedIssuerConfig,
} from '@portcullis/guard';
import {
  createVerifier,
  type IssuerPolicy,
  jwksKeys,
  KeyError,
  type KeySource,
  PolicyError,
  secretKeys,
  TokenError,
} from '@portcullis/token';

/** A request as somebody types it. */
export interface Question {
  /** The text of a portcullis.yaml. */
  readonly configuration: string;
  /** For `${NAME}` in it. */
  readonly environment: Readonly<Record<string, string>>;
  /** `GET /orders/42`, and header lines below it where they matter, such as Origin. */
  readonly request: string;
  /** Sent as Authorization: Bearer; empty: none. */
  readonly token: string;
  /** A JWK Set as text by the name of the issuer, for those whose keys are elsewhere. */
  readonly keys: Readonly<Record<string, string>>;
  /** Seconds since the epoch. */
  readonly now: number;
}

export interface AnsweredStep {
  readonly check: string;
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'not reached';
  readonly input: Readonly<Record<string, unknown>>;
  readonly rule?: { readonly text: string; readonly line: number };
}

export type GatewayAnswer =
  | {
      readonly kind: 'forwarded';
      readonly api: string;
      readonly route: string;
      /** Name and value of what the upstream is told. */
      readonly headers: readonly (readonly [string, string])[];
      readonly steps: readonly AnsweredStep[];
    }
  | {
      readonly kind: 'denied';
      readonly status: number;
      readonly reason: string;
      readonly summary: string;
      readonly cure: string;
      readonly steps: readonly AnsweredStep[];
    }
  | { readonly kind: 'preflight' }
  | {
      readonly kind: 'configuration';
      readonly problems: readonly { readonly line: number; readonly message: string }[];
    }
  | { readonly kind: 'request'; readonly problem: string }
  | { readonly kind: 'keys'; readonly issuer: string; readonly code: string };

/** Issuers of a configuration whose keys it does not hold itself: somebody has to give them. */
export function issuersWithoutKeys(
  configuration: string,
  environment: Readonly<Record<string, string>>,
): string[] {
  try {
    const { config } = parseConfig(configuration, { file: FILE, env: environment });
    return config.issuers.filter(({ secrets }) => secrets === undefined).map(({ name }) => name);
  } catch {
    return [];
  }
}

const FILE = 'portcullis.yaml';

/**
 * Would this request pass the gateway, and if not, at which check? Answered by the decision core that the gateway runs,
 * on the configuration as it is; nothing is sent anywhere.
 */
export async function ask(question: Question): Promise<GatewayAnswer> {
  const { configuration, environment, now } = question;
  let snapshot: Snapshot;
  try {
    snapshot = compile(parseConfig(configuration, { file: FILE, env: environment }), 1);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return {
      kind: 'configuration',
      problems: error.problems.map(({ line, message }) => ({ line, message })),
    };
  }
  const head = requestHead(question);
  if (head === undefined) return { kind: 'request', problem: question.request };
  const policies: IssuerPolicy[] = [];
  for (const issuer of snapshot.config.issuers) {
    try {
      policies.push(issuerPolicy(issuer, await keysOf(issuer, keysNamed(question, issuer.name))));
    } catch (error) {
      if (!(error instanceof KeyError || error instanceof PolicyError)) throw error;
      return { kind: 'keys', issuer: issuer.name, code: error.code };
    }
  }
  const verifier = createVerifier({
    issuers: policies.length > 0 ? policies : [await nobody()],
    clock: () => now,
    cache: { maxBytes: 0 },
  });
  const guard = createGuard({ snapshot, verifier, limiter: createLimiter(), clock: () => now });
  return answerOf(await guard.decide(head));
}

/** What somebody gave for an issuer, whatever its name. */
function keysNamed({ keys }: Question, name: string): string | undefined {
  return Object.hasOwn(keys, name) ? keys[name] : undefined;
}

/** Most header lines of a request that are read. */
const MOST_LINES = 100;

/** A request line and, below it, header lines (RFC 9112 sections 3 and 5). */
function requestHead({ request, token }: Question): RequestHead | undefined {
  const [first = '', ...lines] = request.trim().split(/\r?\n/, MOST_LINES);
  const [method, target, version = 'HTTP/1.1', ...more] = first.trim().split(/\s+/);
  if (!method || !/^[A-Z]+$/.test(method) || !target || more.length > 0) return undefined;
  if (!version.startsWith('HTTP/')) return undefined;
  const headers = ['Host', 'gateway.example'];
  for (const line of lines) {
    const [, name, value = ''] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) return undefined;
    headers.push(name, value);
  }
  if (token !== '') headers.push('Authorization', `Bearer ${token}`);
  return { method, target: pathOf(target), headers, address: '192.0.2.1' };
}

/** A URL as people copy it; a client sends its path and query. */
function pathOf(target: string): string {
  const path = /^https?:\/\/[^/?#]+([^#]*)/i.exec(target)?.[1] ?? target;
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}

function keysOf(
  { algorithms, secrets }: TrustedIssuerConfig,
  jwks: string | undefined,
): Promise<KeySource> | KeySource {
  if (secrets !== undefined) return secretKeys(secrets, { algorithms });
  if (jwks === undefined || jwks.trim() === '') return notLoaded(algorithms);
  let value: unknown;
  try {
    value = JSON.parse(jwks);
  } catch {
    throw new KeyError('key_set_malformed');
  }
  return jwksKeys(value, { algorithms });
}

/** Keys that nobody gave: a token that needs them gets the answer of a gateway that could not load them. */
function notLoaded(algorithms: KeySource['algorithms']): KeySource {
  return {
    algorithms,
    find() {
      throw new TokenError('keys_unavailable');
    },
    trusts: () => false,
    ready: () => Promise.resolve(false),
    status: () => ({ keys: 0, loadedAt: null, stale: true, skipped: 0, lastError: 'no keys were given' }),
    close: () => undefined,
  };
}

/** A configuration with public routes only trusts no issuer; a verifier needs one. */
async function nobody(): Promise<IssuerPolicy> {
  return { issuer: 'nobody', algorithms: ['ES256'], keys: notLoaded(['ES256']) };
}

function answerOf(decision: Decision): GatewayAnswer {
  if (decision.kind === 'preflight') return { kind: 'preflight' };
  if (decision.kind === 'deny') return denied(decision);
  const { match, headers } = decision;
  return {
    kind: 'forwarded',
    api: match.api.name,
    route: match.route?.name ?? '',
    headers: pairs(headers),
    steps: withoutUnknown(passedSteps(decision)),
  };
}

function pairs(flat: readonly string[]): (readonly [string, string])[] {
  return flat.flatMap((name, index): (readonly [string, string])[] =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [],
  );
}

function denied(denial: Denial): GatewayAnswer {
  const { status, reason, summary, cure, steps } = explain(denialRecord(denial));
  return { kind: 'denied', status, reason, summary, cure, steps: withoutUnknown(steps) };
}

/** What was revoked, and how often somebody has called, only the gateway knows. */
const UNKNOWN_HERE: ReadonlySet<string> = new Set(['revocation', 'address_limit', 'caller_limit']);

function withoutUnknown(steps: readonly AnsweredStep[]): readonly AnsweredStep[] {
  return steps.map((step) =>
    UNKNOWN_HERE.has(step.check) ? { ...step, result: 'not reached', input: {} } : step,
  );
}

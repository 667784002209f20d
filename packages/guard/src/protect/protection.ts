import { createVerifier, type KeySource, type Verifier } from '@portcullis/token';
import { answer } from '../answers/answer.ts';
import { compile } from '../compile/compile.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import type { Decision, Denial, Guard, RequestHead } from '../decide/decision.ts';
import { createGuard } from '../decide/guard.ts';
import { createLimiter, type Limiter } from '../limit/limiter.ts';
import { type Auth, remember } from './authenticated.ts';
import { policiesOfConfiguration, policyOfOptions } from './issuers.ts';
import { LazyDecryptionKeys } from './lazy-decryption-keys.ts';
import { LazyKeys } from './lazy-keys.ts';
import { checkConfigurationNames, checkPolicyNames } from './option-names.ts';
import type { ConfigurationOptions, Hooks, PolicyOptions, RequireConfig } from './options.ts';
import { policySnapshot } from './policy-snapshot.ts';
import { usableRequestId } from './request-id.ts';

/** What a framework's adapter knows to read of a request. */
export interface Reader<R> {
  head(request: R): Omit<RequestHead, 'address'>;
  /** The peer's address; left out where the framework does not tell it. */
  readonly address?: (request: R) => string | undefined;
  readonly requestId?: (request: R) => string | undefined;
}

/** What is to be done with a request: let it pass, or write this answer. */
export type Verdict =
  | { readonly kind: 'pass'; readonly auth: Auth | undefined; readonly headers: readonly string[] }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: readonly string[];
      readonly body: string;
    };

export interface Protection<R> {
  /** Throws (or rejects with) what the hooks throw, and nothing else. */
  judge(request: R): Verdict | Promise<Verdict>;
  /**
   * Resolves once every issuer's keys were tried: true when all are there, false when some cannot be had yet.
   * Rejects with KeyError or PolicyError for keys that may never be used.
   */
  ready(): Promise<boolean>;
  /** Stops the refreshing of keys; those of a source that was given go on. */
  close(): void;
}

/** One that can be made stricter. */
export interface PolicyProtection<R> extends Protection<R> {
  /** The same, and the token must carry this as well. A token is asked for even where this one makes it optional. */
  require(rule: RequireConfig): PolicyProtection<R>;
}

/** What a protection and all that derive from it have in common. */
interface Family<R> {
  readonly reader: Reader<R>;
  readonly hooks: Hooks<R>;
  readonly verifier: Verifier;
  readonly limiter: Limiter;
  readonly keys: readonly KeySource[];
  readonly decryptionKeys: readonly LazyDecryptionKeys[];
  /** The requests that one of the family let pass: none is counted twice. */
  readonly counted: WeakSet<object>;
}

/** @throws ConfigError, PolicyError for options that cannot be used */
export function protectPolicy<R extends object>(
  options: PolicyOptions & Hooks<R>,
  reader: Reader<R>,
): PolicyProtection<R> {
  checkPolicyNames(options);
  const policy = policyOfOptions(options, options);
  return policyProtection(options, familyOf(options, reader, [policy]));
}

/** @throws ConfigError, PolicyError for a configuration that cannot be used */
export function protectConfiguration<R extends object>(
  options: ConfigurationOptions & Hooks<R>,
  reader: Reader<R>,
): Protection<R> {
  checkConfigurationNames(options);
  const snapshot = compile(options.configuration, 1);
  const family = familyOf(options, reader, policiesOfConfiguration(options, options));
  // The framework has its own idea of the path: it may not be one spelt otherwise.
  return protectionOf(family, snapshot, true);
}

function policyProtection<R extends object>(options: PolicyOptions, family: Family<R>): PolicyProtection<R> {
  return {
    ...protectionOf(family, policySnapshot(options), false),
    require(rule) {
      const both = options.require === undefined ? rule : { all: [options.require, rule] };
      return policyProtection({ ...options, require: both, optional: false }, family);
    },
  };
}

function familyOf<R>(
  hooks: Hooks<R>,
  reader: Reader<R>,
  issuers: Parameters<typeof createVerifier>[0]['issuers'],
): Family<R> {
  return {
    reader,
    hooks,
    verifier: createVerifier({ issuers, ...clockOf(hooks) }),
    limiter: createLimiter(),
    keys: issuers.map(({ keys }) => keys),
    decryptionKeys: issuers.flatMap(({ decryption }) =>
      decryption?.keys instanceof LazyDecryptionKeys ? [decryption.keys] : [],
    ),
    counted: new WeakSet(),
  };
}

const UNLIMITED: Limiter = { take: () => 0, give: () => {} };

function protectionOf<R extends object>(
  { reader, hooks, verifier, limiter, keys, decryptionKeys, counted }: Family<R>,
  snapshot: Snapshot,
  exactPaths: boolean,
): Protection<R> {
  const { address = reader.address } = hooks;
  if (address === undefined && snapshot.apis.some((api) => api.addressLimits.length > 0)) {
    throw new TypeError('a limit per address needs address(request): this runtime does not tell the address');
  }
  const guardWith = (of: Limiter): Guard =>
    createGuard({ snapshot, verifier, limiter: of, exactPaths, ...clockOf(hooks) });
  const [guard, unlimited] = [guardWith(limiter), guardWith(UNLIMITED)];

  function judge(request: R): Verdict | Promise<Verdict> {
    const head = { ...reader.head(request), address: address?.(request) ?? '' };
    const requestId = usableRequestId((hooks.requestId ?? reader.requestId)?.(request));
    const decision = (counted.has(request) ? unlimited : guard).decide(head);
    return decision instanceof Promise
      ? decision.then((late) => settle(request, late, requestId))
      : settle(request, decision, requestId);
  }

  function settle(request: R, decision: Decision, requestId: string): Verdict {
    switch (decision.kind) {
      case 'deny': {
        tell(decision, request, requestId, true);
        const { status, headers, body } = answer(decision, requestId);
        headers.push('content-length', String(body.length));
        return { kind: 'answer', status, headers, body };
      }
      case 'preflight':
        return {
          kind: 'answer',
          status: 204,
          headers: ['x-request-id', requestId, ...decision.headers],
          body: '',
        };
      case 'forward': {
        if (decision.shadow !== undefined) tell(decision.shadow, request, requestId, false);
        counted.add(request);
        remember(request, decision.token);
        return { kind: 'pass', auth: decision.token, headers: decision.responseHeaders };
      }
    }
  }

  function tell(denial: Denial, request: R, requestId: string, enforced: boolean): void {
    try {
      hooks.onDenial?.(denial, { request, requestId, enforced });
    } catch {
      // A log that fails must not turn a refusal into anything else.
    }
  }

  return {
    judge,
    async ready() {
      await Promise.all(decryptionKeys.map((source) => source.ready()));
      return (await Promise.all(keys.map((source) => source.ready()))).every(Boolean);
    },
    close() {
      // A source that was given is its owner's to close.
      for (const source of keys) if (source instanceof LazyKeys) source.close();
    },
  };
}

/** An option that is there and undefined is not left out. */
function clockOf({ clock }: { readonly clock?: () => number }): { clock?: () => number } {
  return clock === undefined ? {} : { clock };
}

import type { Expected } from '@portcullis/token';
import type { ApiConfig, Config } from '../config/schema/config.ts';
import type { CorsPolicy } from '../cors/cors-policy.ts';
import type { Rule } from '../decide/rule.ts';
import type { HeaderPlan } from '../forward/header-plan.ts';
import type { LimitRule } from '../limit/limit-rule.ts';
import type { ApiTable } from '../route/api-table.ts';
import type { CompiledRoute } from '../route/compiled-route.ts';
import type { RouteTable } from '../route/route-table.ts';

/** The compiled, immutable configuration that requests are decided against. */
export interface Snapshot {
  readonly revision: number;
  readonly config: Config;
  /** The configuration file's name, for messages. */
  readonly file: string;
  readonly apis: readonly CompiledApi[];
  readonly table: ApiTable<CompiledApi>;
}

export interface CompiledApi {
  readonly name: string;
  readonly basePath: string;
  /** Its place in the configuration file. */
  readonly line: number;
  readonly config: ApiConfig;
  /** What a token must be for; undefined only where every route is public. */
  readonly expected: Expected | undefined;
  /** The rules of this API that a token is held to, by the name of the token's check. */
  readonly tokenRules: Readonly<Record<string, Rule>>;
  readonly upstreams: ApiConfig['upstreams'];
  /** Bytes. */
  readonly maxBody: number;
  /** Seconds. */
  readonly timeouts: { readonly firstByte: number; readonly idle: number };
  readonly routes: readonly CompiledRoute[];
  readonly routeTable: RouteTable;
  /** Every route is public: there is nothing to hide behind a 401. */
  readonly allPublic: boolean;
  /** Behind it is our own issuer, which gets and sets its cookies. */
  readonly issuerCookies: boolean;
  readonly headerPlan: HeaderPlan;
  readonly cors: CorsPolicy | undefined;
  /** Limits that need nothing but the client's address: asked before any token work. */
  readonly addressLimits: readonly LimitRule[];
  /** Limits per client or subject: asked once the token is verified. */
  readonly callerLimits: readonly LimitRule[];
}

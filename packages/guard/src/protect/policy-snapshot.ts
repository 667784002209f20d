import { compileApi } from '../compile/compile-api.ts';
import { Problems } from '../compile/problems.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { ConfigError } from '../config/config-error.ts';
import { problemsOf } from '../config/issues.ts';
import { configSchema } from '../config/schema/config.ts';
import { createApiTable } from '../route/api-table.ts';
import { ONLY_ISSUER } from './issuers.ts';
import type { PolicyOptions } from './options.ts';

const FILE = 'protect()';
const START = { line: 1, column: 1 };
/** Options stand in no file. */
const NOWHERE = { locate: () => START, locateKey: () => START };
/** The server of this API is the very process that asks. */
const HERE = [{ url: 'http://localhost' }];

/**
 * The options of `protect({ … })` as the snapshot of one API that holds every path and method: the same checks, the
 * same defaults and the same engine as a configuration's.
 * @throws ConfigError with every mistake in require, rolesClaim, limits and cors
 */
export function policySnapshot(options: PolicyOptions): Snapshot {
  const { audience, require, optional, rolesClaim, limits, cors } = options;
  const api = {
    name: 'api',
    basePath: '/',
    audience,
    issuers: [ONLY_ISSUER],
    upstreams: HERE,
    routes: [{ match: '* /{rest*}', require, optional }],
    limits,
    cors,
    rolesClaim,
  };
  try {
    return compiled(api);
  } catch (error) {
    throw error instanceof ConfigError ? inOptions(error) : error;
  }
}

function compiled(api: object): Snapshot {
  const value = { apis: [api] };
  const result = configSchema.safeParse(value);
  if (!result.success) throw new ConfigError(problemsOf(result.error.issues, { ...NOWHERE, value }, FILE));
  const { data: config } = result;
  const problems = new Problems({ config, file: FILE, locate: () => START });
  const surroundings = { gateway: config.gateway, issuers: [{ name: ONLY_ISSUER }] };
  const apis = config.apis.map((one, index) => compileApi(surroundings, index, one, problems));
  problems.throwIfAny();
  return { revision: 1, config, file: FILE, apis, table: createApiTable(apis) };
}

/** The same problems, by the names that the options have. */
function inOptions({ problems }: ConfigError): ConfigError {
  return new ConfigError(
    problems.map((one) => ({ ...one, path: one.path.replace(/^apis\[0\]\.?(routes\[0\]\.)?/, '') })),
  );
}

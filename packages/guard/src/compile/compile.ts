import type { Configuration } from '../config/configuration.ts';
import type { Config } from '../config/schema/config.ts';
import { decoded } from '../path/decoded.ts';
import { createApiTable } from '../route/api-table.ts';
import { checkIssuers, checkOwnIssuer } from './check-issuers.ts';
import { compileApi } from './compile-api.ts';
import { type KeyPath, Problems } from './problems.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Compiles a configuration into the snapshot that requests are decided against. What is wrong between its parts is
 * found here: names that nothing has, two of what must be one, rules over parameters that a pattern lacks.
 * @param revision the number this snapshot goes by
 * @throws ConfigError with every problem found
 */
export function compile(configuration: Configuration, revision: number): Snapshot {
  const { config, file } = configuration;
  const problems = new Problems(configuration);
  checkNotEmpty(config, problems);
  checkListen(config, problems);
  checkIssuers(config.issuers, problems);
  checkOwnIssuer(config, problems);
  const apis = config.apis.map((api, index) => compileApi(config, index, api, problems));
  problems.reportTwice(
    apis.map(({ name }, index) => [['apis', index, 'name'], name]),
    'this name',
  );
  problems.reportTwice(
    apis.map(({ basePath }, index) => [['apis', index, 'basePath'], decoded(basePath)]),
    'this basePath',
  );
  problems.throwIfAny();
  return Object.freeze({ revision, config, file, apis: Object.freeze(apis), table: createApiTable(apis) });
}

/** Whoever starts a gateway without an API has named the wrong file, or an empty one. */
function checkNotEmpty({ apis }: Config, problems: Problems): void {
  if (apis.length > 0) return;
  problems.report(
    ['apis'],
    'nothing would be let through: add an API, or write a starter with "portcullis init"',
  );
}

function checkListen({ listen }: Config, problems: Problems): void {
  const places = [
    ['gateway', listen.gateway],
    ['issuer', listen.issuer],
    ['admin', listen.admin],
  ] as const;
  // Port 0 is any free port: two of those do not collide.
  const fixed = places.filter(([, { port }]) => port !== 0);
  problems.reportTwice(
    fixed.map(([key, { host, port }]): [KeyPath, string] => [['listen', key], `${host}:${port}`]),
    'this address',
  );
}

import type { Resource } from '@portcullis/issuer';
import type { ApiRoles } from '@portcullis/store';
import { readApiWords } from '../clients/grants.ts';

/**
 * What somebody may do, from `--role orders=clerk,admin`.
 *
 * @param had the roles before: what is said of an API stands in the place of those, the rest stays
 * @throws CliError for an API or a role that the configuration does not know
 */
export function readRoles(
  resources: ReadonlyMap<string, Resource>,
  given: readonly string[],
  had: readonly ApiRoles[] = [],
): ApiRoles[] {
  const said = new Map<string, string[]>();
  for (const text of given) {
    const { resource, words } = readApiWords(resources, text, '--role', 'role');
    said.set(resource.audience, [...(said.get(resource.audience) ?? []), ...words]);
  }
  const kept = had.filter(({ audience }) => !said.has(audience));
  const fresh = [...said].map(([audience, roles]) => ({ audience, roles: [...new Set(roles)] }));
  return [...kept, ...fresh.filter(({ roles }) => roles.length > 0)];
}

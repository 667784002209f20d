import { findResource, type Resource } from '@portcullis/issuer';
import type { ApiGrant } from '@portcullis/store';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';

/**
 * What a client may ask for, from `--allow orders=read:orders,write:orders` and `--role orders=clerk`.
 *
 * @param had what it might ask for before: what is said of an API stands in the place of that, the rest stays
 * @throws CliError for an API, a scope or a role that the configuration does not know
 */
export function readGrants(
  resources: ReadonlyMap<string, Resource>,
  allow: readonly string[],
  roles: readonly string[],
  had: readonly ApiGrant[] = [],
): ApiGrant[] {
  const grants = new Map(had.map((grant) => [grant.audience, { ...grant }]));
  const said = { scopes: new Set<string>(), roles: new Set<string>() };
  const say = (what: 'scopes' | 'roles', { audience }: Resource, words: readonly string[]): void => {
    const grant = grants.get(audience) ?? { audience, scopes: [], roles: [] };
    const before = said[what].has(audience) ? grant[what] : [];
    said[what].add(audience);
    grants.set(audience, { ...grant, [what]: [...new Set([...before, ...words])] });
  };
  for (const text of allow) {
    const { resource, words } = readApiWords(resources, text, '--allow', 'scope');
    say('scopes', resource, words);
  }
  for (const text of roles) {
    const { resource, words } = readApiWords(resources, text, '--role', 'role');
    if (!grants.has(resource.audience)) {
      throw new CliError(
        'usage',
        `--role ${printable(text)}: the client may not use this API; --allow it, too`,
      );
    }
    say('roles', resource, words);
  }
  return [...grants.values()];
}

/** @throws CliError when there is no such API */
export function readAudience(resources: ReadonlyMap<string, Resource>, name: string, flag: string): string {
  return resourceNamed(resources, name, flag).audience;
}

/**
 * An API and what is said of it, from `orders=clerk,admin`.
 *
 * @throws CliError for an API, a scope or a role that the configuration does not know
 */
export function readApiWords(
  resources: ReadonlyMap<string, Resource>,
  text: string,
  flag: string,
  what: 'scope' | 'role',
): { resource: Resource; words: string[] } {
  const { resource, words } = readEntry(resources, text, flag);
  checkKnown(words, what === 'scope' ? resource.scopes : resource.roles, what, resource);
  return { resource, words };
}

/** An audience may hold `=` itself: the API is what stands before the last one, or all. */
function readEntry(
  resources: ReadonlyMap<string, Resource>,
  text: string,
  flag: string,
): { resource: Resource; words: string[] } {
  const whole = findResource(resources, text);
  if (whole !== undefined) return { resource: whole, words: [] };
  const equals = text.lastIndexOf('=');
  const name = equals === -1 ? text : text.slice(0, equals);
  const words =
    equals === -1
      ? []
      : text
          .slice(equals + 1)
          .split(/[\s,]+/)
          .filter((word) => word !== '');
  return { resource: resourceNamed(resources, name, flag), words };
}

function resourceNamed(resources: ReadonlyMap<string, Resource>, name: string, flag: string): Resource {
  const resource = findResource(resources, name);
  if (resource !== undefined) return resource;
  const known = [...resources.values()].map(({ apis, audience }) => `${apis.join(', ')} (${audience})`);
  throw new CliError(
    'notFound',
    `${flag} ${printable(name)}: no API of the configuration has this name or audience; there are: ${known.join('; ') || 'none'}`,
  );
}

function checkKnown(
  words: readonly string[],
  known: ReadonlySet<string>,
  what: 'scope' | 'role',
  { apis }: Resource,
): void {
  const unknown = words.find((word) => !known.has(word));
  if (unknown === undefined) return;
  throw new CliError(
    'notFound',
    `${apis.join(', ')} has no ${what} ${printable(unknown)}; it has: ${[...known].join(', ') || 'none'} ` +
      `(those that its routes require, and those under ${what}s)`,
  );
}

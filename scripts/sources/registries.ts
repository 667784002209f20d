import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { productPackages, ROOT } from '../workspace.ts';

/** One stable code, as a registry describes it. */
export interface RegisteredCode {
  readonly code: string;
  readonly summary: string;
  readonly cure?: string;
  readonly status?: number;
}

/** One table of codes that a package exports from its `src/errors.ts`. */
export interface Registry {
  /** The package's folder name. */
  readonly package: string;
  /** The name under which it is exported, such as TOKEN_ERRORS. */
  readonly name: string;
  readonly codes: readonly RegisteredCode[];
}

/** The union of token's and guard's reasons with their statuses: a view of other registries, not one of its own. */
export const COMBINED = 'REASONS';

/**
 * All registries of the product: each exported constant of a package's `src/errors.ts` whose every value has a summary.
 * A registry that is added later is found here without being listed.
 */
export async function loadRegistries(root: string = ROOT): Promise<Registry[]> {
  const found: Registry[] = [];
  for (const { id, folder } of productPackages(root)) {
    const file = join(folder, 'src', 'errors.ts');
    if (!existsSync(file)) continue;
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
    for (const [name, value] of Object.entries(exported)) {
      const codes = codesOf(value);
      if (/^[A-Z][A-Z_]+$/.test(name) && codes !== undefined) found.push({ package: id, name, codes });
    }
  }
  return found;
}

function codesOf(value: unknown): RegisteredCode[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const codes = Object.entries(value).flatMap(([code, entry]) => {
    const described = describe(code, entry);
    return described === undefined ? [] : [described];
  });
  return codes.length > 0 && codes.length === Object.keys(value).length ? codes : undefined;
}

function describe(code: string, entry: unknown): RegisteredCode | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  if (!('summary' in entry) || typeof entry.summary !== 'string') return undefined;
  return {
    code,
    summary: entry.summary,
    ...('cure' in entry && typeof entry.cure === 'string' && { cure: entry.cure }),
    ...('status' in entry && typeof entry.status === 'number' && { status: entry.status }),
  };
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema } from '../../packages/guard/src/index.ts';
import { loadRegistries } from '../sources/registries.ts';
import { ROOT } from '../workspace.ts';
import { cliPage } from './cli.ts';
import { configurationPage, schemaPage } from './configuration.ts';
import type { SchemaNode } from './json-schema.ts';
import type { Page } from './page.ts';
import { reasonCodesPage } from './reason-codes.ts';

/** Every generated page, as it should be now. */
export async function generatePages(): Promise<Page[]> {
  const schema: SchemaNode = JSON.parse(JSON.stringify(configJsonSchema()));
  return [
    reasonCodesPage(await loadRegistries()),
    configurationPage(schema),
    schemaPage(schema),
    await cliPage(),
  ];
}

/** @returns one line for each page that is missing or differs from what its source says today */
export function driftOf(pages: readonly Page[]): string[] {
  return pages.flatMap(({ path, text }) => {
    const file = join(ROOT, path);
    if (!existsSync(file)) return [`${path} is missing: run \`npm run docs\``];
    return readFileSync(file, 'utf8') === text
      ? []
      : [`${path} is out of date: run \`npm run docs\` and commit it`];
  });
}

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite } from '../console/site.ts';
import { productPackages, type Workspace } from '../workspace.ts';
import { copyAssets, writePapers } from './assets.ts';
import { bundleProcess } from './bundle.ts';
import { compilePackage } from './compile.ts';
import { writeManifest } from './manifest.ts';
import { inDependencyOrder } from './order.ts';

/** Builds the console's site and every product package into its `dist`, ready to pack. @returns the packages, in dependency order */
export async function buildAll(report: (line: string) => void): Promise<Workspace[]> {
  await buildSite(report);
  const built: Workspace[] = [];
  for (const workspace of inDependencyOrder(productPackages())) {
    const start = performance.now();
    rmSync(join(workspace.folder, 'dist'), { recursive: true, force: true });
    await compilePackage(workspace, built);
    await bundleProcess(workspace);
    copyAssets(workspace);
    writeManifest(workspace);
    writePapers(workspace);
    built.push(workspace);
    report(`built ${workspace.manifest.name} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  return built;
}

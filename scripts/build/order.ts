import type { Workspace } from '../workspace.ts';

/** Packages so ordered that each stands after those it depends on. Throws when they form a circle. */
export function inDependencyOrder(packages: readonly Workspace[]): Workspace[] {
  const ordered: Workspace[] = [];
  let waiting = [...packages];
  while (waiting.length > 0) {
    const ready = waiting.filter(({ manifest }) =>
      waiting.every((other) => manifest.dependencies?.[other.manifest.name] === undefined),
    );
    if (ready.length === 0) throw new Error(`circle among ${waiting.map(({ id }) => id).join(', ')}`);
    ordered.push(...ready);
    waiting = waiting.filter((candidate) => !ready.includes(candidate));
  }
  return ordered;
}

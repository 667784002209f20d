import type { Revocation, RevokedBy } from '@portcullis/guard';

/**
 * Revocations of one issuer by one thing, side by side in columns: as a list of objects, a hundred thousand would take four
 * times the room on their way to each worker.
 */
type Group = [issuer: string, by: RevokedBy, values: string[], issuedBefore: Column, until: Column];
/** Seconds, null where there are none; empty where all are null. */
type Column = (number | null)[];

/** As JSON, in their order: a list of groups. */
export function writeRevocations(revocations: readonly Revocation[]): string {
  const groups: Group[] = [];
  let group: Group | undefined;
  for (const { issuer, by, value, issuedBefore = null, until = null } of revocations) {
    if (group === undefined || group[0] !== issuer || group[1] !== by) {
      group = [issuer, by, [], [], []];
      groups.push(group);
    }
    group[2].push(value);
    group[3].push(issuedBefore);
    group[4].push(until);
  }
  return JSON.stringify(groups.map(withoutEmptyColumns));
}

/** @param text as {@link writeRevocations} of the same version made it */
export function readRevocations(text: string): Revocation[] {
  const groups = JSON.parse(text) as Group[];
  return groups.flatMap(([issuer, by, values, issuedBefore, until]) =>
    values.map((value, at) => revocationOf(issuer, by, value, issuedBefore[at] ?? null, until[at] ?? null)),
  );
}

function withoutEmptyColumns([issuer, by, values, ...columns]: Group): unknown[] {
  return [
    issuer,
    by,
    values,
    ...columns.map((column) => (column.every((one) => one === null) ? [] : column)),
  ];
}

function revocationOf(
  issuer: string,
  by: RevokedBy,
  value: string,
  issuedBefore: number | null,
  until: number | null,
): Revocation {
  if (issuedBefore === null) return until === null ? { issuer, by, value } : { issuer, by, value, until };
  if (until === null) return { issuer, by, value, issuedBefore };
  return { issuer, by, value, issuedBefore, until };
}

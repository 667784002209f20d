import { type Figures, measure, type Subject } from './wrk.ts';

export interface Load {
  readonly script: string;
  readonly path: string;
  readonly connections: number;
  readonly cpu: string;
}

/** Measures subjects in turn (A B C A B C) after a warm-up of each. @throws Error when an answer is wrong */
export async function interleave(
  subjects: readonly Subject[],
  load: Load,
  { rounds, seconds, warmUp }: { rounds: number; seconds: number; warmUp: number },
): Promise<Map<Subject, Figures[]>> {
  const results = new Map<Subject, Figures[]>(subjects.map((subject) => [subject, []]));
  for (const subject of subjects) await measure(subject, { ...load, seconds: warmUp });
  for (let round = 1; round <= rounds; round += 1) {
    for (const subject of subjects) {
      const figures = await measure(subject, { ...load, seconds });
      if (figures.failures > 0) throw new Error(`${subject.name}: ${figures.failures} wrong answers`);
      results.get(subject)?.push(figures);
    }
  }
  return results;
}

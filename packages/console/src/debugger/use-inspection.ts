import { useEffect, useState } from 'react';
import { remote } from '../engine/client.ts';
import type { Inquiry, Inspection } from '../engine/engine.ts';

export interface Answered {
  readonly inspection: Inspection | undefined;
  /** Is that the answer to the question as it is now? */
  readonly settled: boolean;
  /** What no check foresees went wrong: a fault of ours. */
  readonly fault: string | undefined;
}

/** `setTimeout` takes no more. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * What the engine says to an inquiry; the last answer stays until the next has come, and an answer to an older question
 * is dropped. Asked again at the moment when time alone changes the answer.
 */
export function useInspection(inquiry: Inquiry): Answered {
  const [answered, setAnswered] = useState<{ inquiry: Inquiry; inspection: Inspection }>();
  const [fault, setFault] = useState<string>();
  const [again, setAgain] = useState(0);
  const inspection = answered?.inspection;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `again` asks the same question at another time
  useEffect(() => {
    let dropped = false;
    remote.inspect(inquiry).then(
      (inspection) => {
        if (dropped) return;
        setAnswered({ inquiry, inspection });
        setFault(undefined);
      },
      (error: unknown) => {
        if (dropped) return;
        // Nothing that was said of another token may stay.
        setAnswered(undefined);
        setFault(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      dropped = true;
    };
  }, [inquiry, again]);

  useEffect(() => {
    if (inspection === undefined || inquiry.expectations.asOf !== undefined) return undefined;
    const wait = untilChange(inspection, inquiry.expectations.clockSkew);
    if (wait === undefined) return undefined;
    const timer = setTimeout(() => setAgain((count) => count + 1), wait);
    return () => clearTimeout(timer);
  }, [inspection, inquiry]);

  return { inspection, settled: fault !== undefined || answered?.inquiry === inquiry, fault };
}

/** Milliseconds until a time in the claims is reached, with the skew that it is judged with. */
function untilChange({ reading, now }: Inspection, skew: number): number | undefined {
  const claims = reading.payload?.kind === 'json' ? (reading.payload.object ?? {}) : {};
  const at = (name: string, by: number): number => Number(claims[name]) + by;
  const moments = [at('exp', 0), at('exp', skew), at('nbf', -skew), at('iat', -skew)].filter(
    (moment) => moment > now,
  );
  const wait = (Math.min(...moments) - Date.now() / 1000) * 1000 + 500;
  return Number.isFinite(wait) && wait < LONGEST_WAIT ? Math.max(500, wait) : undefined;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { openRaw, type RawConnection } from '../../support/raw-connection.ts';
import { type ReadAnswers, readResponses } from './read-responses.ts';

/** A connection whose answers are read strictly. */
export interface AnsweringConnection {
  readonly client: RawConnection;
  readonly ended: () => boolean;
  readonly read: () => ReadAnswers;
  /** Waits until so many requests are answered or the connection has ended; false when neither ever came. */
  readonly answered: (count: number) => Promise<boolean>;
}

/** @param methods those of the requests that are sent on it; may grow */
export async function openAnswering(url: string, methods: readonly string[]): Promise<AnsweringConnection> {
  const client = await openRaw(url);
  let closed = false;
  client.socket.once('close', () => {
    closed = true;
  });
  const ended = (): boolean => closed;
  const read = (): ReadAnswers => readResponses(client.received(), methods, closed);
  const answered = async (count: number): Promise<boolean> => {
    for (let turns = 0; turns < 3000; turns += 1) {
      if (closed || read().responses.filter(({ complete }) => complete).length >= count) return true;
      await sleep(5);
    }
    return false;
  };
  return { client, ended, read, answered };
}

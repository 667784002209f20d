import type { TestEvent } from 'node:test/reporters';

/** A reporter for `node --test` that writes nothing but the final counts, as JSON, for the closing line. */
export default async function* totals(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    // A summary without a file is that of the whole run.
    if (event.type === 'test:summary' && event.data.file === undefined)
      yield JSON.stringify(event.data.counts);
  }
}

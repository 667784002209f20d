import { createHook } from 'node:async_hooks';

/** Never let go, so that one object of this shape is always alive. */
const kept: object[] = [];

/**
 * Has V8 remember for good what the objects of `process.nextTick` look like. Where a full garbage collection finds none of
 * them alive, it forgets their shape, and from then on V8 puts each new one together in the slow way, which takes a
 * microsecond; Node makes one for each read of a socket. They are only ever shown to hooks.
 *
 * @returns whether one was caught, and kept
 */
export function keepTickShape(): boolean {
  const hook = createHook({
    init: (_id, type, _trigger, resource) => {
      if (type === 'TickObject') kept.push(resource);
    },
    trackPromises: false,
  });
  hook.enable();
  process.nextTick(() => {});
  hook.disable();
  return kept.length > 0;
}

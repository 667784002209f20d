import type { Socket } from 'node:net';

/**
 * Ends a connection with a reset. One that is about to end is left to end: Node refuses to reset it then, never closes it, and does
 * not let the process exit.
 */
export function resetConnection(socket: Socket): void {
  if (!socket.writableEnded) socket.resetAndDestroy();
}

import type { IncomingMessage, ServerResponse } from 'node:http';

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/** Is this Host field, or address, the machine itself by its very spelling? */
export function isLoopbackHost(host: string | undefined): boolean {
  return LOOPBACK.test(host ?? '');
}

/** Pages that somebody else puts on the admin listener, beside what is there for probes. */
export interface AdminPages {
  /** What to say of them to who asks for something that is not there, such as `/debugger`. */
  readonly where: string;
  /** Answers a GET or HEAD for one of its paths. @returns false for a path of others */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

import type { IncomingMessage } from 'node:http';

/** What is known of a request before anything of it is believed. */
export interface RequestInfo {
  readonly id: string;
  /** The client's address, once trusted proxies are accounted for. */
  readonly address: string;
}

const infos = new WeakMap<IncomingMessage, RequestInfo>();

/** Lets whoever has the request at hand later know. */
export function rememberInfo(request: IncomingMessage, info: RequestInfo): void {
  infos.set(request, info);
}

export function infoOf(request: IncomingMessage): RequestInfo {
  return infos.get(request) ?? { id: '', address: '' };
}

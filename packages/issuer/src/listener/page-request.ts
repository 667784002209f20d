import type { IncomingMessage, ServerResponse } from 'node:http';
import { infoOf } from './request-info.ts';

/** PostgreSQL takes no NUL, and pages and mails are better off without the rest. */
const CONTROLS = /\p{Cc}/gu;
/** The longest cookie of ours. */
const MAX_COOKIE = 256;

/** A request for a page, as the pages look at it. */
export class PageRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Below the issuer's own path, without a query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;

  constructor(request: IncomingMessage, response: ServerResponse, path: string, body: string) {
    this.request = request;
    this.response = response;
    this.path = path;
    this.query = new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? '');
    this.form = new URLSearchParams(body);
  }

  get id(): string {
    return infoOf(this.request).id;
  }

  get address(): string {
    return infoOf(this.request).address;
  }

  /** A field of the form, without the control characters that no keyboard types; empty when it is not there. */
  field(name: string): string {
    return (this.form.get(name) ?? '').replace(CONTROLS, '');
  }

  cookie(name: string): string | undefined {
    const pairs = (this.request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const pair = pairs.find((one) => one.startsWith(`${name}=`));
    const value = pair?.slice(name.length + 1);
    return value !== undefined && value.length <= MAX_COOKIE ? value : undefined;
  }

  /** @param attributes such as `Path=/; HttpOnly` */
  setCookie(name: string, value: string, attributes: string): void {
    this.response.appendHeader('set-cookie', `${name}=${value}; ${attributes}`);
  }
}

import { exchangeRaw } from './raw.ts';

/** One request, written byte by byte as given. */
export interface Attempt {
  readonly method?: string;
  readonly target?: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** Field lines as they go over the wire, in latin1, without their line ends. */
  readonly fields?: readonly string[];
  /** Written after the head as it is: the fields must frame it. */
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Field lines as received. */
  readonly fields: readonly string[];
  readonly body: string;
  header(name: string): string | undefined;
}

const LONGEST_SILENCE = 5000;

/** Sends a request on a connection of its own, and reads the answer until the gateway closes. */
export async function send(url: string, attempt: Attempt): Promise<Answer> {
  const { method = 'GET', target = '/orders/42', token, fields = [], body = '' } = attempt;
  const lines = [`${method} ${target} HTTP/1.1`, ...(hasField(fields, 'host') ? [] : ['Host: api.test'])];
  if (!hasField(fields, 'connection')) lines.push('Connection: close');
  if (token !== undefined) lines.push(`Authorization: Bearer ${token}`);
  const bytes = Buffer.from(`${[...lines, ...fields].join('\r\n')}\r\n\r\n${body}`, 'latin1');
  return read(await exchangeRaw(url, bytes, LONGEST_SILENCE));
}

function hasField(fields: readonly string[], name: string): boolean {
  return fields.some((line) => line.toLowerCase().startsWith(`${name}:`));
}

function read(text: string): Answer {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...fields] = text.slice(0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  if (end < 0 || Number.isNaN(status)) throw new Error(`no answer: ${JSON.stringify(text.slice(0, 200))}`);
  return {
    status,
    fields,
    body: text.slice(end + 4),
    header: (name) =>
      fields
        .find((line) => line.toLowerCase().startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim(),
  };
}

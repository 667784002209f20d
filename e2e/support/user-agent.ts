import assert from 'node:assert/strict';

/** What a page answered, after redirects. */
export interface Visit {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
}

const MAX_HOPS = 10;

/** A browser without JavaScript, for one host: cookies, redirects, forms, and pages that send one on. */
export class UserAgent {
  readonly #cookies = new Map<string, Cookie>();
  /** Where the last redirect led that was not followed, since it leaves the host. */
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.#origin = new URL(origin).origin;
    this.#headers = headers;
  }

  get(url: string | URL): Promise<Visit> {
    return this.#follow(new URL(url, this.#origin), {});
  }

  /** Sends the form of a page whose path ends so, with what is filled in beside what it holds. */
  submit(page: Visit, action: string, fields: Readonly<Record<string, string>> = {}): Promise<Visit> {
    const leadsThere = (one: { action: string }) => new URL(one.action, page.url).pathname.endsWith(action);
    const form = formsOf(page.text).find(leadsThere);
    assert.ok(form !== undefined, `a form to ${action} in ${page.status} ${page.url}:\n${page.text}`);
    return this.post(new URL(form.action, page.url), { ...form.hidden, ...fields });
  }

  post(
    url: string | URL,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
    then: 'go on' | 'stay' = 'go on',
  ): Promise<Visit> {
    const body = new URLSearchParams(fields);
    return this.#follow(
      new URL(url, this.#origin),
      {
        method: 'POST',
        body,
        headers: { origin: this.#origin, 'sec-fetch-site': 'same-origin', ...headers },
      },
      then,
    );
  }

  cookies(): string[] {
    return [...this.#cookies.keys()];
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, { value, path: '/' });
  }

  /** Forgets them all, as another browser. */
  clear(): void {
    this.#cookies.clear();
  }

  async #follow(url: URL, init: RequestInit, then: 'go on' | 'stay' = 'go on'): Promise<Visit> {
    let [at, how] = [url, init];
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      const response = await fetch(at, {
        ...how,
        redirect: 'manual',
        headers: { accept: 'text/html', ...this.#headers, ...how.headers, cookie: this.#cookiesFor(at) },
      });
      this.#keep(response);
      const text = await response.text();
      const next = nextOf(response, text);
      const visit = { url: at, status: response.status, headers: response.headers, text };
      if (next === undefined || then === 'stay') return visit;
      at = new URL(next, at);
      // Another site: the test looks at where it was to go.
      if (at.origin !== this.#origin) return { ...visit, url: at };
      how = {};
    }
    throw new Error(`more than ${MAX_HOPS} redirects`);
  }

  #cookiesFor({ pathname }: URL): string {
    const fitting = [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path));
    return fitting.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  #keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      const expires = attributes.find((one) => /^expires=/i.test(one))?.slice(8);
      const gone = expires !== undefined && Date.parse(expires) < Date.now();
      if (value === '' || gone) this.#cookies.delete(name);
      else this.#cookies.set(name, { value, path });
    }
  }
}

function nextOf(response: Response, text: string): string | undefined {
  if (response.status >= 300 && response.status < 400) return response.headers.get('location') ?? undefined;
  const refresh = /<meta http-equiv="refresh" content="0; url=([^"]*)">/.exec(text)?.[1];
  return refresh && decoded(refresh);
}

export function formsOf(text: string): { action: string; hidden: Record<string, string> }[] {
  return [...text.matchAll(/<form[^>]*action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, action = '', inner = '']) => {
      const inputs = [...inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => {
        const name = /name="([^"]*)"/.exec(input)?.[1] ?? '';
        return [name, decoded(/value="([^"]*)"/.exec(input)?.[1] ?? '')] as const;
      });
      return { action: decoded(action), hidden: Object.fromEntries(inputs) };
    },
  );
}

/** As a browser reads text in HTML. */
export function decoded(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

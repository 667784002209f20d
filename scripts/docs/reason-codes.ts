import { COMBINED, type RegisteredCode, type Registry } from '../sources/registries.ts';
import { code, GENERATED, type Page, sentence, table } from './page.ts';

interface Chapter {
  readonly title: string;
  readonly intro: string;
}

/** How each registry is introduced to a reader, in the order of the page. */
const CHAPTERS: Readonly<Record<string, Chapter>> = {
  TOKEN_ERRORS: {
    title: 'The token',
    intro:
      'The token was looked at and refused. To the client all of these with status 401 look alike: the same body and the same challenge, but for the request id.',
  },
  GUARD_REASONS: {
    title: 'The request and its route',
    intro: 'The decision core refused the request before, or after, the token was verified.',
  },
  GATEWAY_REASONS: {
    title: 'The connection and the upstream',
    intro: 'The data plane itself could not read, forward or answer the request.',
  },
  UPSTREAM_ERRORS: {
    title: 'What went wrong with the upstream',
    intro:
      'Beside the reason, the record of a request has `upstreamError`: one of these, or what the system or TLS says (`ECONNREFUSED`, `CERT_HAS_EXPIRED` …).',
  },
  KEY_ERRORS: {
    title: 'Keys and secrets',
    intro:
      'A key or secret may not be used. In the configuration or a local file this stops the start; in a remote key set the key is skipped, logged and counted. No client ever sees these.',
  },
  POLICY_ERRORS: {
    title: 'Setting up a verifier',
    intro:
      'A verifier or key source was created with a policy that is incomplete or contradicts itself. Thrown at start only.',
  },
  KEY_TEXT_ERRORS: {
    title: 'Keys in the debugger',
    intro: 'What was put into the field for a key is none that can be used there.',
  },
};

const INTRO = `# Reason codes

Every refusal has one stable code. It stands as \`reason\` in the access log, in the metrics, and in what
\`portcullis explain <request id>\` tells. Codes are never reused for another meaning: match on the code, never on a
message. A client is told the status and the request id, and nothing else. Each code is an anchor of this page:
\`reason-codes.md#token_expired\`.`;

/** docs/reason-codes.md: every code with its status, what happened and what to do. */
export function reasonCodesPage(registries: readonly Registry[]): Page {
  const combined = registries.find(({ name }) => name === COMBINED)?.codes ?? [];
  const statuses = new Map(combined.map((entry) => [entry.code, entry.status]));
  const names = [...Object.keys(CHAPTERS), ...registries.map(({ name }) => name)];
  const chapters = [...new Set(names)].flatMap((name) => {
    const registry = registries.find((candidate) => candidate.name === name && name !== COMBINED);
    return registry === undefined ? [] : [chapter(registry, statuses)];
  });
  return { path: 'docs/reason-codes.md', text: `${[GENERATED, INTRO, ...chapters].join('\n\n')}\n` };
}

function chapter(registry: Registry, statuses: ReadonlyMap<string, number | undefined>): string {
  const { title, intro } = CHAPTERS[registry.name] ?? { title: registry.name, intro: '' };
  const statusOf = (entry: RegisteredCode) => entry.status ?? statuses.get(entry.code);
  const columns = [
    { head: 'Code', of: (entry: RegisteredCode) => anchored(entry.code) },
    { head: 'Status', of: (entry: RegisteredCode) => String(statusOf(entry) ?? '') },
    { head: 'What happened', of: (entry: RegisteredCode) => sentence(entry.summary) },
    { head: 'What to do', of: (entry: RegisteredCode) => sentence(entry.cure ?? '') },
  ].filter(({ of }) => registry.codes.some((entry) => of(entry) !== ''));
  const rows = registry.codes.map((entry) => columns.map(({ of }) => of(entry)));
  const head = columns.map((column) => column.head);
  return [`## ${title}`, ...(intro === '' ? [] : [intro]), table(head, rows)].join('\n\n');
}

/** A code that can be linked to: `docs/reason-codes.md#token_expired`. */
function anchored(reason: string): string {
  return `<a id="${reason}"></a>${code(reason)}`;
}

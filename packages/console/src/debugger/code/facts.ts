import { type Algorithm, isAlgorithm } from '@portcullis/token';
import type { Inspection } from '../../engine/engine.ts';
import type { ExpectationForm } from '../expectation-form.ts';
import type { SnippetFacts } from './snippets.ts';

const SAFE = /^[\x20-\x7e]{1,300}$/;

/** What the code has to know: what was pinned, or else what this token says; and whether anything had to be made up. */
export function factsFor(
  inspection: Inspection | undefined,
  form: ExpectationForm,
): { facts: SnippetFacts; invented: boolean } {
  const reading = inspection?.reading;
  const header = reading?.header?.object ?? {};
  const claims = reading?.payload?.kind === 'json' ? (reading.payload.object ?? {}) : {};
  const own: readonly Algorithm[] = isAlgorithm(header['alg']) ? [header['alg']] : ['ES256'];
  const algorithms = form.algorithms.length > 0 ? form.algorithms : own;
  const issuer = literal(form.issuer, claims['iss']);
  const audience = literal(form.audience, [claims['aud']].flat()[0]);
  return {
    invented: issuer === undefined || audience === undefined,
    facts: {
      algorithms,
      issuer: issuer ?? 'https://id.example.com',
      audience: audience ?? 'https://api.example.com',
      type: typeOf(header['typ']),
      shared: algorithms.every((alg) => alg.startsWith('HS')),
    },
  };
}

function typeOf(typ: unknown): SnippetFacts['type'] {
  if (typeof typ !== 'string') return 'none';
  return /^(?:application\/)?at\+jwt$/i.test(typ) ? 'at+jwt' : 'JWT';
}

/** What is put into code may come from a token of a stranger: only what can stand between any quotes. */
function literal(pinned: string, said: unknown): string | undefined {
  const value = pinned !== '' ? pinned : said;
  return typeof value === 'string' && SAFE.test(value) && !/['"`\\$]/.test(value) ? value : undefined;
}

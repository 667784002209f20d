import { type LocatedToken, locateTokens } from '@portcullis/token/inspect';
import { decodeLeniently } from './base64url.ts';
import { type CleanToken, cleanToken } from './clean.ts';
import type { Fault, Pane } from './faults.ts';
import { type JsonSerialisation, readJsonSerialisation } from './json-serialisation.ts';
import { type JsonView, viewJson } from './json-view.ts';
import { signatureFault } from './signature-form.ts';

/** Longest text that is read, in characters. */
export const LONGEST_TEXT = 4 * 1024 * 1024;

export type PartRole = 'header' | 'payload' | 'signature' | 'encrypted_key' | 'iv' | 'ciphertext' | 'tag';

export interface Part {
  readonly role: PartRole;
  /** In the text that was pasted. */
  readonly start: number;
  readonly end: number;
  /** How many bytes it decodes to. */
  readonly bytes: number;
}

/** What a payload turned out to be. */
export type Payload =
  | ({ readonly kind: 'json' } & JsonView)
  | { readonly kind: 'token' | 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** What could be read of whatever was pasted. */
export interface Reading {
  readonly form: 'none' | 'signed' | 'encrypted' | 'signed_json' | 'encrypted_json';
  /** The tokens in the text; `chosen` is the one that was read. */
  readonly located: readonly LocatedToken[];
  readonly chosen: number;
  /** The token without what does not belong, as a verifier would have to get it. */
  readonly token: string;
  /** The same as it stands in the text. */
  readonly pasted: string;
  readonly parts: readonly Part[];
  readonly header: JsonView | undefined;
  /** Absent in an encrypted token. */
  readonly payload: Payload | undefined;
  readonly serialisation: JsonSerialisation | undefined;
  readonly faults: readonly Fault[];
}

const EMPTY: Reading = {
  form: 'none',
  located: [],
  chosen: 0,
  token: '',
  pasted: '',
  parts: [],
  header: undefined,
  payload: undefined,
  serialisation: undefined,
  faults: [],
};

/**
 * Reads a token out of whatever was pasted, as far as it can be read, and tells everything that is wrong with its form.
 *
 * @param choose which of several tokens, counted from 0
 */
export function read(text: string, choose = 0): Reading {
  if (text.length > LONGEST_TEXT) {
    const facts = { length: text.length, most: LONGEST_TEXT };
    return {
      ...EMPTY,
      faults: [{ code: 'too_large', pane: 'token', start: LONGEST_TEXT, end: text.length, facts }],
    };
  }
  const serialisation = readJsonSerialisation(text);
  if (serialisation !== undefined) return readSerialised(text, serialisation, choose);
  const located = locateTokens(text);
  const chosen = Math.min(Math.max(0, choose), Math.max(0, located.length - 1));
  const place = located[chosen];
  if (place === undefined) return EMPTY;
  const pasted = text.slice(place.start, place.end);
  const clean = cleanToken(pasted, place.start);
  const reading = readCompact(clean, place);
  const faults = [...reading.faults, ...disclosuresAfter(text, place.end)];
  return { ...reading, faults, pasted, located, chosen };
}

/** What stands behind the signed token of an SD-JWT (RFC 9901 section 4). */
function disclosuresAfter(text: string, at: number): Fault[] {
  const end = text.slice(at).search(/[^\w~.-]|$/) + at;
  return text.charAt(at) === '~' ? [{ code: 'disclosures', pane: 'token', start: at, end, facts: {} }] : [];
}

const SIGNED: readonly PartRole[] = ['header', 'payload', 'signature'];
const ENCRYPTED: readonly PartRole[] = ['header', 'encrypted_key', 'iv', 'ciphertext', 'tag'];

function readCompact(clean: CleanToken, place: { start: number; end: number }): Reading {
  const pieces = split(clean);
  const encrypted = pieces.length >= 5;
  const roles = encrypted ? ENCRYPTED : SIGNED;
  const faults: Fault[] = [...clean.faults, ...countFaults(pieces.length, place)];
  const decoded = pieces.map((piece) => decodeLeniently(piece.text));
  const parts = pieces.flatMap(({ start, end }, index): Part[] => {
    const role = roles[index];
    return role === undefined ? [] : [{ role, start, end, bytes: decoded[index]?.bytes.length ?? 0 }];
  });
  for (const [index, { text, start, end }] of pieces.entries()) {
    faults.push(...partFaults(text, { start, end }, roles[index], encrypted, decoded[index]));
  }
  const header = decoded[0] && readJson(decoded[0].bytes, 'header', faults);
  const payload = encrypted || decoded[1] === undefined ? undefined : readPayload(decoded[1].bytes, faults);
  const signature = encrypted ? undefined : pieces[2];
  if (signature && decoded[2]) {
    const { start, end } = signature;
    const fault = signatureFault(header?.object?.['alg'], decoded[2].bytes, { start, end });
    if (fault) faults.push(fault);
  }
  const form = encrypted ? 'encrypted' : 'signed';
  return { ...EMPTY, form, token: clean.text, parts, header, payload, faults: inOrder(faults) };
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function split({ text, places }: CleanToken): Piece[] {
  let at = 0;
  return text.split('.').map((piece) => {
    const first = places[at] ?? 0;
    const last = piece === '' ? first : (places[at + piece.length - 1] ?? first) + 1;
    at += piece.length + 1;
    return { text: piece, start: first, end: last };
  });
}

function countFaults(count: number, { start, end }: { start: number; end: number }): Fault[] {
  const code = ([undefined, 'one_part', 'two_parts', undefined, 'four_parts', undefined] as const)[count];
  if (code !== undefined) return [{ code, pane: 'token', start, end, facts: { count } }];
  return count > 5 ? [{ code: 'too_many_parts', pane: 'token', start, end, facts: { count } }] : [];
}

function partFaults(
  text: string,
  place: { start: number; end: number },
  role: PartRole | undefined,
  encrypted: boolean,
  decoded: ReturnType<typeof decodeLeniently> | undefined,
): Fault[] {
  if (role === undefined || decoded === undefined) return [];
  const facts = { role };
  // Direct encryption has no encrypted key, and an unsecured token no signature: that is for the checks to judge.
  const mayBeEmpty = role === 'encrypted_key' || (role === 'signature' && !encrypted);
  if (text === '') return mayBeEmpty ? [] : [{ code: 'empty_part', pane: 'token', ...place, facts }];
  if (decoded.cutOff)
    return [{ code: 'cut_off', pane: 'token', start: place.end - 1, end: place.end, facts }];
  if (!decoded.trailingBits) return [];
  const mended = decoded.bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
  return [
    {
      code: 'trailing_bits',
      pane: 'token',
      start: place.end - 1,
      end: place.end,
      facts,
      mend: { ...place, text: mended },
    },
  ];
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function readJson(bytes: Uint8Array, pane: Pane, faults: Fault[]): JsonView {
  const sound = textOf(bytes);
  const text = sound ?? lenientUtf8.decode(bytes);
  const marked = text.startsWith('\uFEFF');
  const view = viewJson(marked ? text.slice(1) : text, pane);
  if (sound === undefined) {
    const at = Math.max(0, view.text.indexOf('\uFFFD'));
    faults.push({ code: 'not_utf8', pane, start: at, end: at + 1, facts: {} });
  }
  if (marked) faults.push({ code: 'byte_order_mark', pane, start: 0, end: 0, facts: {} });
  for (const fault of view.faults) faults.push(fault);
  return view;
}

/** Most payloads are claims; RFC 7515 allows any bytes, and RFC 7519 a token inside. */
function readPayload(bytes: Uint8Array, faults: Fault[]): Payload | undefined {
  if (bytes.length === 0) return undefined;
  const text = textOf(bytes);
  if (text === undefined && !looksLikeJson(bytes)) return { kind: 'bytes', bytes: bytes.length };
  if (text !== undefined && /^e[wy][\w-]+(?:\.[\w-]*){2,4}$/.test(text)) return { kind: 'token', text };
  if (looksLikeJson(bytes)) return { kind: 'json', ...readJson(bytes, 'payload', faults) };
  return { kind: 'text', text: text ?? '' };
}

function looksLikeJson(bytes: Uint8Array): boolean {
  return /^\uFEFF?\s*[{[]/.test(lenientUtf8.decode(bytes.subarray(0, 64)));
}

function readSerialised(text: string, serialisation: JsonSerialisation, choose: number): Reading {
  const { signatures, kind } = serialisation;
  const chosen = Math.min(Math.max(0, choose), Math.max(0, signatures.length - 1));
  const signature = signatures[chosen];
  const inner = signature?.compact ?? serialisation.encrypted;
  const compact = inner === undefined ? EMPTY : read(inner);
  const form = kind === 'signed' ? 'signed_json' : 'encrypted_json';
  const whole = { start: 0, end: text.length };
  const told: Fault[] = [
    {
      code: 'json_serialisation',
      pane: 'token',
      ...whole,
      facts: { form, count: signatures.length },
      ...(inner !== undefined && { mend: { ...whole, text: inner } }),
    },
  ];
  if (signature !== undefined && signature.conflicts.length > 0) {
    const facts = { names: signature.conflicts.join(', ').slice(0, 100) };
    told.push({ code: 'unprotected_conflict', pane: 'token', ...whole, facts });
  }
  return {
    ...compact,
    form,
    pasted: text,
    located: [],
    chosen,
    parts: [],
    header: compact.header ?? (signature && viewJson(JSON.stringify(signature.header), 'header')),
    payload: compact.payload ?? serialisedPayload(serialisation),
    serialisation,
    // Places in the compact form mean nothing in the text that was pasted.
    faults: [...told, ...compact.faults.filter(({ pane }) => pane !== 'token')],
  };
}

function serialisedPayload({ payload }: JsonSerialisation): Payload | undefined {
  return payload === undefined ? undefined : readPayload(decodeLeniently(payload).bytes, []);
}

function inOrder(faults: readonly Fault[]): Fault[] {
  const panes: readonly Pane[] = ['token', 'header', 'payload'];
  return faults.toSorted((a, b) => panes.indexOf(a.pane) - panes.indexOf(b.pane) || a.start - b.start);
}

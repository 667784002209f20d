import { type Forward, foldName, withoutReservedCookies } from '@portcullis/guard';
import type { Trace } from '../exchange/trace-context.ts';
import { FieldNames } from '../http/field-names.ts';
import type { Fields } from '../http/fields.ts';
import type { Peer } from '../listener/peer.ts';
import { connectionNamed, isHopByHop } from './hop-by-hop.ts';

/** What the gateway says itself, and therefore never passes on from a client as it came. */
const OURS = new FieldNames([
  'content-length',
  'expect',
  'forwarded',
  'host',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);
/** By these some upstreams take another method or path than the one decided on, or another proxy (httpoxy). */
const REINTERPRETING = new FieldNames([
  'proxy',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
]);
/** What other proxies call the client's address: worth something only from one that is trusted. */
const CLIENT_ADDRESS = new FieldNames([
  'cf-connecting-ip',
  'fastly-client-ip',
  'true-client-ip',
  'x-client-ip',
  'x-cluster-client-ip',
]);
const TRACE_CONTEXT = new FieldNames(['traceparent', 'tracestate']);
const FORWARDED_PREFIX = 'x-forwarded-';
const LETTER_X = 0x78;

interface Hop {
  readonly peer: Peer;
  readonly requestId: string;
  /** Absent: what the client says of its trace passes as it is. */
  readonly trace: Trace | undefined;
}

/**
 * The field lines for the upstream: the client's, less those of this hop, less those that only the gateway may
 * set, plus identity, `X-Forwarded-*` and `Via`; `Forwarded` (RFC 7239) too where a trusted proxy began it. What a
 * client says of earlier hops counts only when it is a trusted proxy.
 *
 * @param fields the client's
 */
export function upstreamFields(fields: Fields, forward: Forward, hop: Hop): string[] {
  const out: string[] = [];
  const earlier = new EarlierHops();
  let named: readonly string[] | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    if (name === 'connection') named = withNamed(named, value);
    if (isHopByHop(name)) continue;
    if (OURS.has(name)) earlier.note(name, value);
    else if (name === 'cookie' && !forward.issuerCookies) pushCookie(out, value);
    else if (passes(name, forward, hop)) out.push(name, value);
  }
  const sent = named === undefined ? out : without(out, named);
  sent.push(...forward.headers);
  if (hop.trace !== undefined) sent.push(...hop.trace.fields);
  pushHop(sent, hop, earlier);
  return sent;
}

function passes(name: string, forward: Forward, { peer, trace }: Hop): boolean {
  if (trace !== undefined && TRACE_CONTEXT.has(name)) return false;
  return !forward.strips(name) && !misleads(name, peer.trusted);
}

function withNamed(named: readonly string[] | undefined, connection: string): readonly string[] | undefined {
  const more = connectionNamed(connection);
  if (more.length === 0) return named;
  return named === undefined ? more : [...named, ...more];
}

/** Cookies of our own issuer are nothing for another upstream. */
function pushCookie(out: string[], value: string): void {
  const left = withoutReservedCookies(value);
  if (left !== undefined) out.push('cookie', left);
}

/**
 * Would it change the request's meaning, or speak with our voice? Aliases do, to upstreams that read `x_forwarded_for` as `x-forwarded-for`; and so
 * does all the rest of `X-Forwarded-*` (user, client-cert, prefix …), unless a trusted proxy says it.
 */
function misleads(name: string, trusted: boolean): boolean {
  if (name.charCodeAt(0) !== LETTER_X && !mayBeSpelling(name.length)) return false;
  const folded = foldName(name);
  if (folded.startsWith(FORWARDED_PREFIX) || CLIENT_ADDRESS.has(folded)) return !trusted || folded !== name;
  return OURS.has(folded) || REINTERPRETING.has(folded);
}

/** Other spellings have the same length, so most names need not be folded. */
function mayBeSpelling(length: number): boolean {
  return OURS.hasLength(length) || REINTERPRETING.hasLength(length) || CLIENT_ADDRESS.hasLength(length);
}

/** What the fields of earlier hops said. */
class EarlierHops {
  host = '';
  length: string | undefined;
  via: string | undefined;
  forwarded: string | undefined;
  forwardedFor: string | undefined;
  forwardedHost: string | undefined;
  forwardedProto: string | undefined;

  note(name: string, value: string): void {
    if (name === 'host') this.host = value;
    else if (name === 'content-length') this.length = value;
    else if (name === 'via') this.via = joined(this.via, value);
    else if (name === 'forwarded') this.forwarded = joined(this.forwarded, value);
    else if (name === 'x-forwarded-for') this.forwardedFor = joined(this.forwardedFor, value);
    else if (name === 'x-forwarded-host') this.forwardedHost ??= value;
    else if (name === 'x-forwarded-proto') this.forwardedProto ??= value;
  }
}

function joined(list: string | undefined, value: string): string {
  return list === undefined ? value : `${list}, ${value}`;
}

function pushHop(out: string[], { peer, requestId }: Hop, earlier: EarlierHops): void {
  const { address, trusted } = peer;
  const scheme = peer.secure ? 'https' : 'http';
  const past = trusted ? earlier : NO_EARLIER_HOPS;
  out.push(
    'x-forwarded-for',
    past.forwardedFor === undefined ? address : `${past.forwardedFor}, ${address}`,
    'x-forwarded-host',
    past.forwardedHost ?? earlier.host,
    'x-forwarded-proto',
    past.forwardedProto ?? scheme,
    'via',
    earlier.via === undefined ? '1.1 portcullis' : `${earlier.via}, 1.1 portcullis`,
    'x-request-id',
    requestId,
  );
  if (past.forwarded !== undefined) {
    const by = address.includes(':') ? `"[${address}]"` : address;
    out.push('forwarded', `${past.forwarded}, for=${by};host="${quoted(earlier.host)}";proto=${scheme}`);
  }
  if (earlier.length !== undefined) out.push('content-length', earlier.length);
}

const NO_EARLIER_HOPS = new EarlierHops();

function quoted(text: string): string {
  return text.includes('"') || text.includes('\\') ? text.replace(/["\\]/g, '\\$&') : text;
}

function without(fields: readonly string[], names: readonly string[]): string[] {
  const left: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (!names.includes(name)) left.push(name, fields[i + 1] as string);
  }
  return left;
}

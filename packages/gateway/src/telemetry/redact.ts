/** What a JWS or JWE in compact form looks like: its first part begins with `{"` in base64url. */
const COMPACT_TOKEN = /eyJ[\w-]+\.[\w-]*\.[\w.-]*/g;

/** Text from a client for a log line: a token that somebody put where none belongs is not kept. */
export function withoutTokens(text: string): string {
  return text.includes('eyJ') ? text.replace(COMPACT_TOKEN, '<token>') : text;
}

/** Fit for a header and a JSON text, and not too long for a log. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The id given, when it may be told to a client; else a random one. */
export function usableRequestId(given: string | undefined): string {
  return given !== undefined && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

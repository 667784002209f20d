/** The CORS rules of one API, compiled. */
export interface CorsPolicy {
  /** Is this exact Origin allowed? */
  allows(origin: string): boolean;
  /** Name, value pairs for an answer to this allowed origin. */
  responseHeaders(origin: string): readonly string[];
  /** Name, value pairs for the preflight of an allowed origin; no permissions in them when the request asked is not allowed. */
  preflightHeaders(origin: string, method: string, headers: string | undefined): readonly string[];
}

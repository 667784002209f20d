/** The header fields that decide where a request goes and who sent it, found in one scan. */
export interface HeadFields {
  /** The first Authorization value. */
  readonly authorization: string | undefined;
  /** How many Authorization fields there are. */
  readonly authorizations: number;
  /** Undefined also when there is more than one. */
  readonly origin: string | undefined;
  readonly requestMethod: string | undefined;
  readonly requestHeaders: string | undefined;
}

const AUTHORIZATION = 'authorization';
const ORIGIN = 'origin';
const REQUEST_METHOD = 'access-control-request-method';
const REQUEST_HEADERS = 'access-control-request-headers';

/** @param headers name, value, name, value */
export function readHeadFields(headers: readonly string[]): HeadFields {
  let authorization: string | undefined;
  let authorizations = 0;
  let origin: string | undefined;
  let origins = 0;
  let requestMethod: string | undefined;
  let requestHeaders: string | undefined;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    // The length tells most names apart without a copy in lower case.
    switch (name.length) {
      case AUTHORIZATION.length:
        if (name.toLowerCase() !== AUTHORIZATION) break;
        authorization ??= headers[index + 1];
        authorizations += 1;
        break;
      case ORIGIN.length:
        if (name.toLowerCase() !== ORIGIN) break;
        origin = headers[index + 1];
        origins += 1;
        break;
      case REQUEST_METHOD.length:
        if (name.toLowerCase() === REQUEST_METHOD) requestMethod = headers[index + 1];
        break;
      case REQUEST_HEADERS.length:
        if (name.toLowerCase() !== REQUEST_HEADERS) break;
        requestHeaders =
          requestHeaders === undefined ? headers[index + 1] : `${requestHeaders},${headers[index + 1]}`;
        break;
    }
  }
  return {
    authorization,
    authorizations,
    origin: origins > 1 ? undefined : origin,
    requestMethod,
    requestHeaders,
  };
}

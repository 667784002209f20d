import { SECRET_ENCODINGS, type SecretEncoding, secretBytes } from './secret.ts';

/** Another way to read the text of a secret. */
export interface SecretReading {
  readonly text: string;
  readonly encoding: SecretEncoding;
}

/**
 * Other secrets that this text may stand for: in another encoding, or without the white space around it. The right one
 * is the one that a token verifies with.
 */
export function otherReadings(text: string, encoding: SecretEncoding): readonly SecretReading[] {
  const bare = text.trim();
  const readings = SECRET_ENCODINGS.map((other) => ({ text: bare, encoding: other }));
  return readings.filter(
    (one) =>
      (one.text !== text || one.encoding !== encoding) &&
      (secretBytes(one.text, one.encoding)?.length ?? 0) > 0,
  );
}

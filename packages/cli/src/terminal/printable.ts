// What a terminal would act on: control characters (C0, DEL, C1), line separators, and the marks that reorder text.
// A token or a log line must not be able to move the cursor or to make one value look like another.
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u{feff}]/gu;
// JSON.stringify has escaped C0 in strings already; what is left of it are our own line breaks.
const UNPRINTABLE_IN_JSON = /[\u{7f}-\u{9f}\p{Zl}\p{Zp}\p{Bidi_Control}\u{feff}]/gu;

/** The text with everything that a terminal would act on written as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A value from outside (a claim, a field of a record) on one line. */
export function printableValue(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
}

/** JSON that parses to the same value and holds nothing that a terminal would act on. */
export function printableJson(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? 'null').replace(
    UNPRINTABLE_IN_JSON,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

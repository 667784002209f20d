/** How our strict reader answers a text: it takes it, or refuses it for this `reason` of a StrictJsonError. */
export type JsonDecision = 'accepted' | { readonly refused: string; readonly why: string };

const duplicate: JsonDecision = {
  refused: 'duplicate member',
  why: 'RFC 8259 section 4: readers differ in which of the two they see; RFC 7515 section 5.2 lets us refuse',
};
const overflow: JsonDecision = {
  refused: 'number out of range',
  why: 'RFC 7493 section 2.2: it would be read as infinity, which no sender meant',
};
const notUtf8: JsonDecision = {
  refused: 'not valid UTF-8',
  why: 'RFC 8259 section 8.1: JSON is UTF-8; a lenient decoder maps many byte strings to one text',
};
const loneSurrogate: JsonDecision = {
  refused: 'text not well formed',
  why: 'RFC 7493 section 2.1: it stands for no character, and writing it again gives other bytes',
};

/** Texts that every JSON reader must accept, and that we refuse all the same. */
export const REFUSED_THOUGH_VALID: ReadonlyMap<string, JsonDecision> = new Map<string, JsonDecision>([
  ['y_object_duplicated_key.json', duplicate],
  ['y_object_duplicated_key_and_value.json', duplicate],
]);

/** Texts on which the standard leaves the decision to the reader, and ours. */
export const DECIDED_BY_US: ReadonlyMap<string, JsonDecision> = new Map<string, JsonDecision>([
  // Finite, though not exact: RFC 7493 advises senders against it, and no claim that we read is such a number.
  ['i_number_double_huge_neg_exp.json', 'accepted'],
  ['i_number_real_underflow.json', 'accepted'],
  ['i_number_too_big_neg_int.json', 'accepted'],
  ['i_number_too_big_pos_int.json', 'accepted'],
  ['i_number_very_big_negative_int.json', 'accepted'],
  ['i_number_huge_exp.json', overflow],
  ['i_number_neg_int_huge_exp.json', overflow],
  ['i_number_pos_double_huge_exp.json', overflow],
  ['i_number_real_neg_overflow.json', overflow],
  ['i_number_real_pos_overflow.json', overflow],
  [
    'i_object_key_lone_2nd_surrogate.json',
    { refused: 'member name not well formed', why: 'as for other text, RFC 7493 section 2.1' },
  ],
  ['i_string_1st_surrogate_but_2nd_missing.json', loneSurrogate],
  ['i_string_1st_valid_surrogate_2nd_invalid.json', loneSurrogate],
  ['i_string_incomplete_surrogate_and_escape_valid.json', loneSurrogate],
  ['i_string_incomplete_surrogate_pair.json', loneSurrogate],
  ['i_string_incomplete_surrogates_escape_valid.json', loneSurrogate],
  ['i_string_invalid_lonely_surrogate.json', loneSurrogate],
  ['i_string_invalid_surrogate.json', loneSurrogate],
  ['i_string_inverted_surrogates_U+1D11E.json', loneSurrogate],
  ['i_string_lone_second_surrogate.json', loneSurrogate],
  ['i_string_UTF-16LE_with_BOM.json', notUtf8],
  ['i_string_UTF-8_invalid_sequence.json', notUtf8],
  ['i_string_UTF8_surrogate_U+D800.json', notUtf8],
  ['i_string_invalid_utf-8.json', notUtf8],
  ['i_string_iso_latin_1.json', notUtf8],
  ['i_string_lone_utf8_continuation_byte.json', notUtf8],
  ['i_string_not_in_unicode_range.json', notUtf8],
  ['i_string_overlong_sequence_2_bytes.json', notUtf8],
  ['i_string_overlong_sequence_6_bytes.json', notUtf8],
  ['i_string_overlong_sequence_6_bytes_null.json', notUtf8],
  ['i_string_truncated-utf-8.json', notUtf8],
  ['i_string_utf16BE_no_BOM.json', notUtf8],
  ['i_string_utf16LE_no_BOM.json', notUtf8],
  [
    'i_structure_500_nested_arrays.json',
    { refused: 'nested too deeply', why: 'claims need no more than 16 levels; deeper ones only cost stack' },
  ],
  [
    'i_structure_UTF-8_BOM_empty_object.json',
    { refused: 'not valid JSON', why: 'RFC 8259 section 8.1: senders must not add a byte order mark' },
  ],
]);

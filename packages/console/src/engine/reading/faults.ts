/** Where a fault is: in the encoded text, or in what its parts decode to. */
export type Pane = 'token' | 'header' | 'payload';

/** Everything that can be wrong with the form of a token. The words for each stand in strings/faults.ts. */
export type FaultCode =
  | 'white_space'
  | 'invisible'
  | 'ellipsis'
  | 'percent_encoded'
  | 'padding'
  | 'base64_alphabet'
  | 'illegal_character'
  | 'one_part'
  | 'two_parts'
  | 'four_parts'
  | 'too_many_parts'
  | 'empty_part'
  | 'cut_off'
  | 'trailing_bits'
  | 'not_utf8'
  | 'byte_order_mark'
  | 'not_json'
  | 'json_ends_early'
  | 'json_trailing_comma'
  | 'json_quotes'
  | 'not_an_object'
  | 'duplicate_member'
  | 'not_strict'
  | 'signature_length'
  | 'signature_der'
  | 'json_serialisation'
  | 'unprotected_conflict'
  | 'disclosures'
  | 'too_large';

/** Text to put in place of what stands from `start` to before `end` in the pane of the fault. */
export interface Mend {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** One thing that is wrong, and the exact place. */
export interface Fault {
  readonly code: FaultCode;
  readonly pane: Pane;
  /** In the text of the pane; `end` is behind the last character. */
  readonly start: number;
  readonly end: number;
  /** Numbers and names for the words of the fault. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Absent where there is no mend that is surely right. */
  readonly mend?: Mend;
}

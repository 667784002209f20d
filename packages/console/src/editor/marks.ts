/** A range of an editor's text that stands out. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  /** One of the classes in look.ts. */
  readonly name: 'header' | 'payload' | 'signature' | 'other' | 'fault' | 'aside';
  /** What it means, shown when pointed at. */
  readonly title?: string;
}

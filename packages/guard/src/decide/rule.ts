/** A rule of the configuration, as operators wrote it. */
export interface Rule {
  readonly text: string;
  readonly line: number;
}

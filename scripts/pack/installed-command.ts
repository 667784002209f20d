/** The installed `portcullis` command, run in one folder. */
export interface InstalledCommand {
  readonly program: string;
  readonly folder: string;
  /** Runs it and returns what it printed on stdout; throws when it does not end with 0. */
  succeeds(...args: string[]): Promise<string>;
}

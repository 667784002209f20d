/** One thing that `npm run check` looks at. */
export interface Step {
  readonly name: string;
  /** @returns what is wrong, one entry a problem, ready to print; empty when all is well */
  run(): Promise<readonly string[]> | readonly string[];
}

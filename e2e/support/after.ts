/** Whatever ends with a test or a file of tests: a `TestContext`, or `{ after }` of node:test. */
export interface After {
  after(end: () => void | Promise<void>): void;
}

/** A few seconds in CI; `npm run fuzz:edge` gives more. */
const DEFAULT_SECONDS = 5;
/** The same in every run, so that a run that fails in CI fails again at a desk. */
const DEFAULT_SEED = 20_261_125;

/** How long a fuzzer may run, and from which seed: `PORTCULLIS_FUZZ_SECONDS`, `PORTCULLIS_FUZZ_SEED`. */
export function fuzzBudget(): { readonly milliseconds: number; readonly seed: number } {
  return {
    milliseconds: 1000 * numberFrom('PORTCULLIS_FUZZ_SECONDS', DEFAULT_SECONDS),
    seed: numberFrom('PORTCULLIS_FUZZ_SEED', DEFAULT_SEED),
  };
}

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[name] || otherwise);
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`${name} must be a whole number above 0`);
  return value;
}

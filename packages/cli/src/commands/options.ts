import { Option } from 'commander';

export const configOption = (): Option =>
  new Option('-c, --config <file>', 'configuration file').default(
    undefined,
    "$PORTCULLIS_CONFIG, ./portcullis.yaml, or the demo's",
  );

export const jsonOption = (): Option => new Option('--json', 'print JSON');

/** For options that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** A list of words, given once with spaces or commas between them, or several times. */
export function collectWords(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, ...value.split(/[\s,]+/).filter((word) => word !== '')];
}

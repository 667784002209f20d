import type { Config } from '@portcullis/guard';
import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';

export interface AudienceOptions {
  readonly audience?: string;
  readonly api?: string;
}

/**
 * The audience named, else that of the API named, else that of the only API that has one.
 * @throws CliError listing the APIs when the choice is not clear
 */
export function chooseAudience(config: Config | undefined, { audience, api: name }: AudienceOptions): string {
  if (audience !== undefined) return audience;
  const apis = (config?.apis ?? []).filter((api) => api.audience !== undefined);
  const listed = apis.map((api) => `${api.name} (${api.audience})`).join(', ') || 'none';
  if (name === undefined && apis.length !== 1) {
    throw new CliError(
      'usage',
      `whose token is it? Choose with --api or --audience; APIs with an audience: ${listed}`,
    );
  }
  const chosen = name === undefined ? apis[0] : apis.find((api) => api.name === name);
  if (chosen?.audience !== undefined) return chosen.audience;
  throw new CliError(
    'notFound',
    `no API with an audience is called ${printable(name ?? '')}; there are: ${listed}`,
  );
}

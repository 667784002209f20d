import list from './weak-secrets.txt?raw';

/** Secrets that everybody can guess, the likeliest first. */
export const WEAK_SECRETS: readonly string[] = list.split('\n').filter((line) => line !== '');

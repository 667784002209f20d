import { KeyError } from '../errors.ts';
import { MOST_CANDIDATES } from './key-source.ts';

export interface PemBlock {
  readonly label: 'PUBLIC KEY' | 'CERTIFICATE';
  /** The whole block, with its first and last line. */
  readonly text: string;
  /** Counted from 1, for messages. */
  readonly at: number;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]*-----END \1-----/g;

/** Finds the blocks of a PEM text (RFC 7468); text between blocks is ignored. Throws {@link KeyError}. */
export function readPemBlocks(pem: unknown): readonly PemBlock[] {
  if (typeof pem !== 'string') throw new KeyError('key_malformed');
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(pem)) throw new KeyError('key_private');
  const blocks: PemBlock[] = [];
  for (const [text, label] of pem.matchAll(BLOCK)) {
    const at = blocks.length + 1;
    if (label !== 'PUBLIC KEY' && label !== 'CERTIFICATE') {
      throw new KeyError('key_malformed', { about: `PEM block ${at} is neither PUBLIC KEY nor CERTIFICATE` });
    }
    blocks.push({ label, text, at });
  }
  if (blocks.length === 0 || blocks.length !== pem.split('-----BEGIN ').length - 1) {
    throw new KeyError('key_malformed', { about: 'no whole PEM block' });
  }
  // A token without a known kid is tried against all of them.
  if (blocks.length > MOST_CANDIDATES) throw new KeyError('key_set_too_large');
  return blocks;
}

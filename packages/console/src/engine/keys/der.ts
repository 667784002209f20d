import {
  BitString,
  Constructed,
  fromBER,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Sequence,
} from 'asn1js';
import { KeyTextError } from '../../errors.ts';

/** One element of a DER text. */
export type Element = ReturnType<typeof fromBER>['result'];

/** What is read of strangers' certificates is bounded. */
const LIMITS = { maxDepth: 24, maxNodes: 4000, maxContentLength: 256 * 1024, parseEmbedded: false };

/** Reads DER. Throws {@link KeyTextError}. */
export function readDer(bytes: Uint8Array): Element {
  const { offset, result } = fromBER(bytes, LIMITS);
  if (offset === -1) throw new KeyTextError('pem_unreadable');
  return result;
}

/** The elements of a SEQUENCE, SET or tagged element. Throws {@link KeyTextError}. */
export function childrenOf(element: Element | undefined): readonly Element[] {
  if (!(element instanceof Constructed)) throw new KeyTextError('pem_unreadable');
  return element.valueBlock.value;
}

/** An object identifier with its dots. Throws {@link KeyTextError}. */
export function oidOf(element: Element | undefined): string {
  if (!(element instanceof ObjectIdentifier)) throw new KeyTextError('pem_unreadable');
  return element.valueBlock.toString();
}

/** Encodings of what a key is wrapped in. */
export const der = {
  sequence: (...value: Element[]): Sequence => new Sequence({ value }),
  oid: (value: string): ObjectIdentifier => new ObjectIdentifier({ value }),
  zero: (): Integer => new Integer({ value: 0 }),
  nothing: (): Null => new Null(),
  octets: (bytes: Uint8Array<ArrayBuffer>): OctetString => new OctetString({ valueHex: bytes.buffer }),
  bits: (bytes: Uint8Array<ArrayBuffer>): BitString => new BitString({ valueHex: bytes.buffer }),
  encode: (element: Sequence): Uint8Array<ArrayBuffer> => new Uint8Array(element.toBER()),
};

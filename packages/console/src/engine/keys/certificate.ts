import { BaseStringBlock, Boolean as DerBoolean, Integer, OctetString, UTCTime } from 'asn1js';
import { childrenOf, type Element, oidOf, readDer } from './der.ts';

/** What an X.509 certificate (RFC 5280) says. Nothing of it is verified: not its signature, not who signed it. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  /** As hexadecimal digits. */
  readonly serial: string;
  /** Seconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** DNS names, e-mail addresses, URIs and IP addresses of subjectAltName. */
  readonly names: readonly string[];
  readonly authority: boolean;
  readonly selfIssued: boolean;
  /** SHA-256 of the certificate, base64url: the `x5t#S256` of RFC 7515. */
  readonly fingerprint: string;
}

const NAME_TYPES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
};
const BASIC_CONSTRAINTS = '2.5.29.19';
const ALTERNATIVE_NAMES = '2.5.29.17';

/** Takes a certificate apart. Throws KeyTextError. */
export function readCertificate(bytes: Uint8Array<ArrayBuffer>): {
  facts: Omit<CertificateFacts, 'fingerprint'>;
  spki: Uint8Array<ArrayBuffer>;
} {
  const [body] = childrenOf(readDer(bytes));
  const all = childrenOf(body);
  // The version is tagged, and left out in certificates of the first version.
  const [serial, , issuer, validity, subject, spki] = isTagged(all[0], 0) ? all.slice(1) : all;
  const [notBefore, notAfter] = childrenOf(validity);
  const extensions = extensionsOf(all.find((element) => isTagged(element, 3)));
  const subjectText = nameText(subject);
  const issuerText = nameText(issuer);
  return {
    facts: {
      subject: subjectText,
      issuer: issuerText,
      serial: serial instanceof Integer ? new Uint8Array(serial.valueBlock.valueHexView).toHex() : '',
      notBefore: secondsOf(notBefore),
      notAfter: secondsOf(notAfter),
      names: alternativeNames(contentOf(extensions.get(ALTERNATIVE_NAMES))),
      authority: isAuthority(contentOf(extensions.get(BASIC_CONSTRAINTS))),
      selfIssued: subjectText === issuerText,
    },
    spki: new Uint8Array(spki?.toBER() ?? new ArrayBuffer(0)),
  };
}

function isTagged(element: Element | undefined, number: number): boolean {
  return element?.idBlock.tagClass === 3 && element.idBlock.tagNumber === number;
}

/** RFC 4514, as far as people need it to tell names apart. */
function nameText(name: Element | undefined): string {
  return childrenOf(name)
    .flatMap((set) => childrenOf(set))
    .map((attribute) => {
      const [type, value] = childrenOf(attribute);
      const oid = oidOf(type);
      return `${NAME_TYPES[oid] ?? oid}=${textOf(value)}`;
    })
    .join(', ');
}

function textOf(element: Element | undefined): string {
  return element instanceof BaseStringBlock ? element.getValue().slice(0, 200) : '?';
}

function secondsOf(element: Element | undefined): number {
  return element instanceof UTCTime ? element.toDate().getTime() / 1000 : Number.NaN;
}

/** Only what is shown is read: other extensions hold whatever their authors put there. */
function contentOf(extension: Uint8Array | undefined): readonly Element[] {
  if (extension === undefined) return [];
  try {
    return childrenOf(readDer(extension));
  } catch {
    return [];
  }
}

/** The content of each extension, not read yet, by its identifier. */
function extensionsOf(tagged: Element | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  if (tagged === undefined) return found;
  for (const extension of childrenOf(childrenOf(tagged)[0])) {
    const parts = childrenOf(extension);
    const value = parts.at(-1);
    if (value instanceof OctetString) found.set(oidOf(parts[0]), value.valueBlock.valueHexView);
  }
  return found;
}

function isAuthority([first]: readonly Element[]): boolean {
  return first instanceof DerBoolean && first.valueBlock.value;
}

/** RFC 5280 section 4.2.1.6: rfc822Name 1, dNSName 2, uniformResourceIdentifier 6, iPAddress 7. */
function alternativeNames(names: readonly Element[]): string[] {
  return names.flatMap((name) => {
    const { tagNumber } = name.idBlock;
    const content = 'valueHexView' in name.valueBlock ? name.valueBlock.valueHexView : undefined;
    if (!(content instanceof Uint8Array)) return [];
    if (tagNumber === 7) return [ipText(content)];
    return [1, 2, 6].includes(tagNumber) ? [new TextDecoder().decode(content).slice(0, 200)] : [];
  });
}

function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return bytes.toHex().replaceAll(/(.{4})(?=.)/g, '$1:');
}

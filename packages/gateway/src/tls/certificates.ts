import type { SecureContext, SecureContextOptions } from 'node:tls';
import { messageOf } from '../errors.ts';
import { chooseCertificate } from './choose-certificate.ts';
import type { KeyPairFiles } from './key-pair.ts';
import type { TlsVersion } from './protocol.ts';
import { openServedCertificate, type ServedCertificate } from './served-certificate.ts';
import { watchFiles } from './watch-files.ts';

/** What happens to files of certificates and keys while the gateway runs. */
export type TlsFileEvent =
  | { readonly type: 'loaded'; readonly file: string; readonly notAfter?: string }
  | { readonly type: 'failed'; readonly file: string; readonly error: string };

export interface CertificatesOptions {
  readonly minVersion: TlsVersion;
  readonly onEvent: (event: TlsFileEvent) => void;
}

/** How many names are remembered with the certificate chosen for them. */
const MOST_NAMES = 1000;

/** The certificates of the listener. They follow their files: a good change is taken, a bad one changes nothing. */
export class Certificates {
  readonly #options: CertificatesOptions;
  #all: readonly ServedCertificate[] = [];
  readonly #chosen = new Map<string, ServedCertificate>();
  #unwatch = (): void => {};
  #onDefault: ((options: SecureContextOptions) => void) | undefined;

  private constructor(options: CertificatesOptions) {
    this.#options = options;
  }

  /** @throws TlsFileError */
  static async open(files: readonly KeyPairFiles[], options: CertificatesOptions): Promise<Certificates> {
    const certificates = new Certificates(options);
    (await certificates.prepare(files))();
    return certificates;
  }

  /**
   * Prepares these.
   *
   * @returns serves them from now on
   * @throws TlsFileError when one of them cannot be used: then nothing has changed
   */
  async prepare(files: readonly KeyPairFiles[]): Promise<() => void> {
    const { minVersion } = this.#options;
    const all = await Promise.all(files.map((pair) => openServedCertificate(pair, minVersion)));
    return () => this.#replace(files, all);
  }

  #replace(files: readonly KeyPairFiles[], all: readonly ServedCertificate[]): void {
    this.#serve(all);
    this.#unwatch();
    const stops = files.map((pair, index) =>
      watchFiles([pair.cert, pair.key], () => void this.#read(index, pair)),
    );
    this.#unwatch = () => {
      for (const stop of stops) stop();
    };
    // What has changed since they were read and before they were watched nobody else would tell.
    for (const [index, pair] of files.entries()) void this.#read(index, pair);
  }

  /** For clients that name no host. */
  get first(): SecureContextOptions {
    return this.#all[0]?.options ?? {};
  }

  /** Told of the certificate for clients that name no host, whenever it changes. */
  set onFirst(listener: (options: SecureContextOptions) => void) {
    this.#onDefault = listener;
  }

  /** The certificate for a name that a client asks for. */
  contextFor(host: string): SecureContext | undefined {
    const known = this.#chosen.get(host);
    if (known !== undefined) return known.context;
    const chosen = this.#all[chooseCertificate(this.#all, host)];
    if (chosen === undefined) return undefined;
    if (this.#chosen.size >= MOST_NAMES) this.#chosen.clear();
    this.#chosen.set(host, chosen);
    return chosen.context;
  }

  /** When each ends, in seconds since the epoch, by its file. */
  get notAfter(): readonly { readonly file: string; readonly seconds: number }[] {
    return this.#all.map(({ files, notAfter }) => ({ file: files.cert, seconds: notAfter }));
  }

  close(): void {
    this.#unwatch();
  }

  #serve(all: readonly ServedCertificate[]): void {
    const [first] = all;
    const changed = first !== this.#all[0];
    this.#all = all;
    this.#chosen.clear();
    if (changed && first !== undefined) this.#onDefault?.(first.options);
  }

  async #read(index: number, files: KeyPairFiles): Promise<void> {
    const { minVersion, onEvent } = this.#options;
    try {
      const next = await openServedCertificate(files, minVersion);
      const current = this.#all[index];
      if (current?.files !== files) return; // replaced meanwhile
      if (isSame(current.options, next.options)) return;
      this.#serve(this.#all.with(index, next));
      const notAfter = new Date(next.notAfter * 1000).toISOString();
      onEvent({ type: 'loaded', file: files.cert, notAfter });
    } catch (error) {
      onEvent({ type: 'failed', file: files.cert, error: messageOf(error) });
    }
  }
}

function isSame(one: SecureContextOptions, other: SecureContextOptions): boolean {
  return one.cert === other.cert && one.key === other.key;
}

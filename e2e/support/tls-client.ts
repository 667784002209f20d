import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { PATIENCE } from './processes.ts';

export interface TlsAnswer {
  /** The names in the certificate that the server showed. */
  readonly names: string;
  readonly serial: string;
  readonly protocol: string | null;
  readonly cipher: string;
  /** Everything that was received, as latin1. */
  readonly text: string;
}

/** Sends bytes over TLS on a connection of its own, and reads until the server closes. Rejects when TLS fails. */
export function exchangeTls(url: string, bytes: string, options: ConnectionOptions): Promise<TlsAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const socket: TLSSocket = connect({ host: hostname, port: Number(port), ...options });
    let text = '';
    let facts: Omit<TlsAnswer, 'text'> | undefined;
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('no answer')));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const { subjectaltname = '', serialNumber } = socket.getPeerCertificate();
      facts = {
        names: subjectaltname,
        serial: serialNumber,
        protocol: socket.getProtocol(),
        cipher: socket.getCipher().name,
      };
      socket.write(bytes);
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.once('close', () => {
      if (facts !== undefined) done({ ...facts, text });
    });
  });
}

/** `GET path` with these field lines, closing afterwards. */
export function getRequest(path: string, fields: readonly string[] = []): string {
  return [`GET ${path} HTTP/1.1`, 'Host: api.test', 'Connection: close', ...fields, '', ''].join('\r\n');
}

/** The other end of a client's connection: the client itself, or a proxy in front of us. */
export interface Peer {
  /** IPv4 also where it came in over a dual-stack listener. */
  readonly address: string;
  /** A proxy that may speak for the clients behind it. */
  readonly trusted: boolean;
  /** It came over TLS. */
  readonly secure: boolean;
}

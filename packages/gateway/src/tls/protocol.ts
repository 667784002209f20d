/**
 * What is spoken, on both sides: TLS 1.3, and of TLS 1.2 only what has forward secrecy and authenticated encryption
 * (RFC 9325 sections 3.1.1 and 4.2).
 */
export const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

export const OLDEST_VERSION: TlsVersion = 'TLSv1.2';

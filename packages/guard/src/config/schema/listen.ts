import * as z from 'zod';
import { address } from './values.ts';

export const listenSchema = z
  .strictObject({
    gateway: address().prefault('127.0.0.1:8080').describe('Where clients reach the gateway, host:port.'),
    issuer: address()
      .prefault('127.0.0.1:8081')
      .describe('Where the issuer serves its keys and endpoints, host:port.'),
    admin: address()
      .prefault('127.0.0.1:8082')
      .describe('Where health checks and metrics are served, host:port.'),
    plainHttp: z
      .boolean()
      .default(false)
      .describe(
        'Allow plain HTTP on addresses beyond loopback, where `gateway.tls` does not stand for the gateway. Tokens then cross the network in the clear.',
      ),
  })
  .describe('The addresses this process listens on.');

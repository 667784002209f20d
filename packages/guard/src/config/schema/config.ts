import * as z from 'zod';
import { isLoopback } from '../units.ts';
import { apisSchema } from './apis.ts';
import { gatewaySchema } from './gateway.ts';
import { issuerSchema } from './issuer.ts';
import { issuersSchema } from './issuers.ts';
import { listenSchema } from './listen.ts';
import { logSchema } from './log.ts';
import { auditSchema, busSchema, environmentSchema, masterKeySchema, storeSchema } from './storage.ts';

/** The whole configuration file. An unknown key is an error everywhere. */
export const configSchema = z
  .strictObject({
    listen: listenSchema.prefault({}),
    gateway: gatewaySchema.prefault({}),
    log: logSchema.prefault({}),
    store: storeSchema,
    bus: busSchema,
    environment: environmentSchema,
    masterKey: masterKeySchema,
    audit: auditSchema.prefault({}),
    issuer: issuerSchema.optional(),
    issuers: issuersSchema,
    apis: apisSchema,
  })
  .superRefine(({ listen, gateway }, context) => {
    if (listen.plainHttp) return;
    for (const key of ['gateway', 'issuer', 'admin'] as const) {
      if (isLoopback(listen[key].host) || (key === 'gateway' && gateway.tls !== undefined)) continue;
      const instead = key === 'gateway' ? 'give gateway.tls a certificate, or ' : '';
      const message = `plain HTTP beyond loopback must be asked for: ${instead}set listen.plainHttp to true`;
      context.addIssue({ code: 'custom', path: ['listen', key], message });
    }
  });

/** The parsed configuration: durations are seconds, sizes bytes, rates requests per second. */
export type Config = z.output<typeof configSchema>;
export type ApiConfig = Config['apis'][number];
export type RouteConfig = ApiConfig['routes'][number];
export type TrustedIssuerConfig = Config['issuers'][number];
export type CorsConfig = NonNullable<ApiConfig['cors']>;

import { ALGORITHMS } from '@portcullis/token';
import { z } from 'zod';
import { httpUrl, positiveDuration, text } from './values.ts';

const signing = ALGORITHMS.filter((algorithm) => !algorithm.startsWith('HS'));

export const issuerSchema = z
  .strictObject({
    url: httpUrl().describe(
      'The issuer identifier, exactly as it stands in `iss`. Use a name, not an IP address.',
    ),
    keys: z
      .strictObject({
        algorithm: z
          .enum(signing)
          .default('ES256')
          .describe('The algorithm that new tokens are signed with.'),
      })
      .prefault({})
      .describe('The signing keys.'),
    accessToken: z
      .strictObject({
        lifetime: positiveDuration()
          .prefault('10m')
          .describe('How long an access token lives; 5m to 15m is the advice.'),
      })
      .prefault({})
      .describe('Access tokens.'),
    developmentKeys: text()
      .default('./data/development-keys.json')
      .describe('The file that holds the development key ring, relative to this configuration file.'),
  })
  .describe('Our own issuer.');

import type { Store } from '@portcullis/store';
import type { Provider } from 'oidc-provider';
import type { KnownDevices } from '../accounts/known-devices.ts';
import type { OtherProviders } from '../accounts/other-providers.ts';
import type { PasskeyCeremonies } from '../accounts/passkey-ceremonies.ts';
import type { NoteStranger, SignIn } from '../accounts/sign-in.ts';
import type { SignInLimits } from '../accounts/sign-in-limits.ts';
import type { Totp } from '../accounts/totp.ts';
import type { PageRequest } from '../listener/page-request.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { Resource } from '../resources/resources.ts';
import type { PageWriter } from './respond.ts';

/** What pages work with. */
export interface Desk {
  readonly issuer: string;
  readonly store: Store;
  readonly provider: Provider;
  readonly resources: ReadonlyMap<string, Resource>;
  readonly writer: PageWriter;
  readonly signIn: SignIn;
  readonly limits: SignInLimits;
  readonly devices: KnownDevices;
  readonly totp: Totp;
  readonly providers: OtherProviders;
  readonly passkeys: PasskeyCeremonies;
  /** Notes what somebody did in vain who has not proved who they are. */
  readonly noteStranger: NoteStranger;
  readonly registration: 'open' | 'closed';
  /** Undefined where no mail can be sent. */
  readonly mailer: Mailer | undefined;
}

/** Answers a request for a page; `parameters` are what the pattern's groups matched. */
export type PageHandler = (page: PageRequest, desk: Desk, ...parameters: readonly string[]) => Promise<void>;

export interface PageRoute {
  readonly pattern: RegExp;
  readonly GET?: PageHandler;
  readonly POST?: PageHandler;
}

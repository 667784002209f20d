import { randomBytes } from 'node:crypto';
import type { Artifacts } from '@portcullis/store';

/** How long a device is remembered on which somebody signed in. Milliseconds. */
export const DEVICE_REMEMBERED = 180 * 86_400_000;
const KIND = 'Device';
const DEVICE = /^[A-Za-z0-9_-]{43}$/;

/** Devices on which accounts signed in: strangers who guess cannot use up what these may try. */
export class KnownDevices {
  readonly #artifacts: Artifacts;

  constructor(artifacts: Artifacts) {
    this.#artifacts = artifacts;
  }

  /** @returns the device, where this account signed in on it before */
  async known(device: string | undefined, accountId: string | undefined): Promise<string | undefined> {
    if (device === undefined || accountId === undefined || !DEVICE.test(device)) return undefined;
    const found = await this.#artifacts.findGood(KIND, nameOf(device, accountId), Date.now());
    return found === undefined ? undefined : device;
  }

  /** @returns what the device is to be remembered by: what it brings, or something new */
  async remember(device: string | undefined, accountId: string): Promise<string> {
    const kept = device !== undefined && DEVICE.test(device) ? device : randomBytes(32).toString('base64url');
    await this.#artifacts.save(KIND, nameOf(kept, accountId), {
      payload: {},
      expiresAt: Date.now() + DEVICE_REMEMBERED,
    });
    return kept;
  }
}

function nameOf(device: string, accountId: string): string {
  return `${device}\n${accountId}`;
}

import { parseDuration } from '@portcullis/guard';
import { deleteClient, disableClient, enableClient, rotateSecret } from '@portcullis/issuer';
import type { ConfigOption } from '../configuration/locate.ts';
import { CliError } from '../errors.ts';
import { type Workplace, withStore } from '../storage/open.ts';
import { printable } from '../terminal/printable.ts';
import type { JsonOption, Session } from '../terminal/terminal.ts';
import { tellSecret } from './add.ts';
import { noSuchClient } from './show.ts';

export interface RotateOptions extends ConfigOption, JsonOption {
  readonly overlap: string;
}

export async function rotate(session: Session, id: string, options: RotateOptions): Promise<void> {
  const overlap = parseDuration(options.overlap);
  if (overlap === undefined) {
    throw new CliError(
      'usage',
      `--overlap ${printable(options.overlap)} is no duration; write it as 1h, 7d or 0s`,
    );
  }
  await withStore(session, options, async (place) => {
    await mustExist(place, id);
    const secret = await rotateSecret(place.store, id, overlap * 1000, place.operator);
    if (secret === undefined)
      throw new CliError('refused', `${id} has no secret: ${await whyNone(place, id)}`);
    tellSecret(session, id, secret, options);
    session.note(`portcullis: the earlier secret is good for another ${options.overlap}`);
  });
}

export function disable(session: Session, id: string, options: ConfigOption): Promise<void> {
  return change(session, id, options, disableClient, 'disabled, and its tokens are revoked');
}

export function enable(session: Session, id: string, options: ConfigOption): Promise<void> {
  return change(session, id, options, enableClient, 'enabled');
}

export function remove(session: Session, id: string, options: ConfigOption): Promise<void> {
  return change(session, id, options, deleteClient, 'deleted, and its tokens are revoked');
}

async function change(
  session: Session,
  id: string,
  options: ConfigOption,
  work: (store: Workplace['store'], id: string, operator: Workplace['operator']) => Promise<boolean>,
  done: string,
): Promise<void> {
  await withStore(session, options, async (place) => {
    await mustExist(place, id);
    const changed = await work(place.store, id, place.operator);
    session.note(changed ? `portcullis: ${id} is ${done}` : `portcullis: ${id} was so already`);
  });
}

async function whyNone({ store }: Workplace, id: string): Promise<string> {
  const method = (await store.clients.find(id))?.authMethod;
  return method === 'none' ? 'what runs at its users can keep none' : 'it signs assertions';
}

async function mustExist({ store }: Workplace, id: string): Promise<void> {
  if ((await store.clients.find(id)) === undefined) throw noSuchClient(id);
}

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { freePort } from './ports.ts';
import { eventually } from './processes.ts';

export interface Mailbox {
  /** For the configuration: `smtp://…`. */
  readonly url: string;
  /** The texts of all mails to an address so far, the newest last. */
  mailsTo(address: string): string[];
  /** The link of the newest mail to an address, once there are so many. */
  linkTo(address: string, count?: number): Promise<string>;
  /** Ends the server; mails are not taken any more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Debian's aiosmtpd, which keeps what it is sent in a Maildir; it ends with the test. */
export async function startSmtp(t: After): Promise<Mailbox> {
  requireDebian(['python3-aiosmtpd']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-mail-'));
  const maildir = join(folder, 'mail');
  const port = await freePort();
  const args = [
    '-m',
    'aiosmtpd',
    '-n',
    '-l',
    `127.0.0.1:${port}`,
    '-c',
    'aiosmtpd.handlers.Mailbox',
    maildir,
  ];
  const begin = async () => {
    const child = spawn('/usr/bin/python3', args, { stdio: 'ignore' });
    const ended = new Promise((done) => child.once('exit', done));
    await eventually(() => answers(port), 'an SMTP server');
    return { child, ended };
  };
  let running = await begin();
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    mailsTo(address) {
      return readdirSync(join(maildir, 'new'))
        .sort()
        .map((name) => readFileSync(join(maildir, 'new', name), 'utf8'))
        .filter((mail) => new RegExp(`^To: (?:.*[< ])?${address.replaceAll('.', '\\.')}`, 'mi').test(mail))
        .map((mail) => mail.replace(/=\r?\n/g, '').replaceAll('=3D', '='));
    },
    async linkTo(address, count = 1) {
      await eventually(() => mailbox.mailsTo(address).length >= count, `mail ${count} to ${address}`);
      const link = /https?:\/\/\S+/.exec(mailbox.mailsTo(address).at(-1) ?? '')?.[0];
      if (link === undefined) throw new Error('a mail without a link');
      return link;
    },
    async stop() {
      running.child.kill('SIGKILL');
      await running.ended;
    },
    async start() {
      running = await begin();
    },
  };
  t.after(async () => {
    await mailbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return mailbox;
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((done) => {
    socket.once('data', () => done(true)).once('error', () => done(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readSite } from '@portcullis/console';
import { isLoopbackHost } from '@portcullis/gateway';
import { locateConfiguration } from '../configuration/locate.ts';
import { CliError, messageOf, systemCode } from '../errors.ts';
import { listen } from '../http/listen.ts';
import { StopRequest } from '../starting/signals.ts';
import type { Session } from '../terminal/terminal.ts';
import { consolePages } from './console-pages.ts';
import { ownIssuers } from './own-issuers.ts';

export interface DebugOptions {
  readonly config?: string;
  readonly port: number;
  readonly open: boolean;
  readonly write?: string;
  readonly force?: boolean;
}

/**
 * Serves the debugger on this machine until it is asked to stop, or writes it as one file.
 *
 * @throws CliError
 */
export async function debug(session: Session, options: DebugOptions): Promise<void> {
  const site = readSite();
  if (site === undefined) throw new CliError('unavailable', 'the console is not built here: npm run console');
  if (options.write !== undefined)
    return writePage(session, site.offlinePage, options.write, options.force ?? false);
  const file = locateConfiguration(options.config, session.terminal);
  const pages = consolePages(
    file === undefined ? {} : { issuers: () => ownIssuers(file, session.terminal.env) },
  );
  const server = await listen({
    host: '127.0.0.1',
    port: options.port,
    what: 'the debugger',
    changedBy: '--port',
    handler: (request, response) => {
      const { method = '', headers } = request;
      // A web page could point a name of its own at loopback (DNS rebinding).
      if (!isLoopbackHost(headers.host)) response.writeHead(421).end();
      else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
      else if (request.url === '/') response.writeHead(302, { location: '/debugger/' }).end();
      else {
        pages.answer(request, response).then(
          (ours) => {
            if (!ours) response.writeHead(404).end();
          },
          () => response.destroy(),
        );
      }
    },
  });
  const stop = new StopRequest(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {});
  const url = `${server.url}/debugger/`;
  session.print(url);
  session.note(
    'portcullis: the debugger is at this address until Ctrl-C; nothing pasted there leaves the page',
  );
  if (options.open) openInBrowser(session, url);
  await stop.asked;
  await server.close();
}

const WRITE_TROUBLE: Readonly<Record<string, string>> = {
  EEXIST: 'it is there already; --force overwrites it',
  ENOENT: 'there is no such folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not write there',
};

async function writePage(session: Session, page: string, to: string, force: boolean): Promise<void> {
  const target = resolve(session.terminal.cwd, to);
  try {
    await copyFile(page, target, force ? 0 : constants.COPYFILE_EXCL);
  } catch (error) {
    const why = WRITE_TROUBLE[systemCode(error) ?? ''] ?? messageOf(error);
    throw new CliError('unavailable', `${target} cannot be written: ${why}`, { cause: error });
  }
  session.print(target);
  session.note('portcullis: open it in a browser; it needs no network');
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Where there is no browser, the address that was printed has to do. */
function openInBrowser(session: Session, url: string): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  spawn(command, [...args, url], { stdio: 'ignore', detached: true })
    .on('error', () => session.note('portcullis: no browser could be opened; open the address yourself'))
    .unref();
}

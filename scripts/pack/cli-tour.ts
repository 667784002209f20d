import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outcome, run } from '../command.ts';
import { tourGateway } from './gateway-tour.ts';

/**
 * Uses the installed command as a newcomer would: help, a starter configuration, a key, a token, the gateway itself.
 * Throws when one of them does not do what its documentation says.
 * @param consumer the folder in which the tarballs were installed
 */
export async function tourCli(consumer: string): Promise<void> {
  const folder = join(consumer, 'gateway');
  mkdirSync(folder);
  const program = join(consumer, 'node_modules', '.bin', 'portcullis');
  const portcullis = (args: readonly string[]): Promise<Outcome> =>
    run(program, args, { cwd: folder, env: { NO_COLOR: '1', PORTCULLIS_CONFIG: undefined } });
  const succeeds = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await portcullis(args);
    assert.equal(code, 0, `portcullis ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  };

  assert.match(await succeeds('--help'), /Usage: portcullis/);
  await succeeds('init');
  await succeeds('check');
  const ring = ['--ring', 'development-keys.json'];
  await succeeds('keys', 'generate', ...ring);
  const token = (
    await succeeds('token', 'mint', '--client', 'demo', '--scope', 'read:example', ...ring)
  ).trim();
  assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+$/, 'token mint prints the token and nothing else');

  writeFileSync(join(folder, 'jwks.json'), await succeeds('keys', 'export', ...ring));
  const expected = [
    '--issuer',
    'http://localhost:8081',
    '--audience',
    'https://api.example.com/example',
    '--alg',
    'ES256',
  ];
  await succeeds('token', 'verify', token, '--jwks', 'jwks.json', ...expected);
  const refused = await portcullis([
    'token',
    'verify',
    withOtherSignature(token),
    '--jwks',
    'jwks.json',
    ...expected,
  ]);
  assert.equal(refused.code, 1, 'token verify refuses an altered token');

  await succeeds('debug', '--write', 'debugger.html');
  assert.match(readFileSync(join(folder, 'debugger.html'), 'utf8'), /Content-Security-Policy/);

  await tourGateway({ program, folder, succeeds });
}

/** The token with the first character of its signature changed. */
export function withOtherSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One page out of a built one with a single script and a single style sheet: both stand in it, and its policy knows them
 * by their hashes. It may connect to what its user names, and to nothing else of its own.
 */
export function offlinePage(folder: string): Buffer {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  // A closing tag inside a string would end the element.
  const script = only(folder, 'assets/*.js').replaceAll('</script', '<\\/script');
  const style = only(folder, 'assets/*.css');
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'worker-src blob:',
    'img-src data:',
    'connect-src https: http://localhost:* http://127.0.0.1:*',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html
    .replace(/<script [^>]*><\/script>\s*/, '')
    .replace(/<link rel="stylesheet"[^>]*>\s*/, '')
    .replace(
      '<meta charset="utf-8" />',
      () => `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    )
    .replace('</head>', () => `<style>${style}</style>\n  </head>`)
    .replace('</body>', () => `<script type="module">${script}</script>\n  </body>`);
  return Buffer.from(page);
}

function only(folder: string, pattern: string): string {
  const [path, ...others] = globSync(pattern, { cwd: folder });
  if (path === undefined || others.length > 0)
    throw new Error(`not one file ${pattern} in the offline build`);
  return readFileSync(join(folder, path), 'utf8');
}

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../workspace.ts';

/**
 * Follows the links of every Markdown page to other files of the repository and to headings in them.
 * @returns one line for each link that leads nowhere
 */
export function checkLinks(root: string = ROOT): string[] {
  const pages = globSync(['*.md', 'docs/**/*.md', '{packages,bench,conformance,e2e,deploy}/**/*.md'], {
    cwd: root,
    exclude: ['**/node_modules', '**/dist'],
  });
  return pages.sort().flatMap((page) => deadLinks(root, page));
}

function deadLinks(root: string, page: string): string[] {
  const lines = proseOf(readFileSync(join(root, page), 'utf8')).split('\n');
  return lines.flatMap((line, index) =>
    [...line.matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, link = '']) => {
      if (/^[a-z]+:/.test(link) || !leadsNowhere(root, page, link)) return [];
      return [`${page}:${index + 1} the link to ${link} leads nowhere`];
    }),
  );
}

function leadsNowhere(root: string, page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? join(root, page) : join(root, dirname(page), path);
  if (!existsSync(target)) return true;
  if (heading === undefined || !target.endsWith('.md')) return false;
  return !anchorsOf(readFileSync(target, 'utf8')).has(heading);
}

/** The anchors of a page's headings, as GitHub and others derive them. */
function anchorsOf(text: string): Set<string> {
  const headings = [...proseOf(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => title);
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The page with its fenced code blanked out, line for line. */
function proseOf(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));
}

/** @module Where the built console is, and what a server has to say along with it. Runs in Node. */

export { CONSOLE_HEADERS, readSite, type Site, type SiteFile } from './site.ts';

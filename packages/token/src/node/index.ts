/** @module What needs Node: keys in files. */
export { jwksFile, pemFile } from './key-files.ts';

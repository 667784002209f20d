/**
 * Node's HTTP server. Importing `node:http` would load all that it can export, a whole fetch and HTTP/2 among it, which a start has
 * to wait for: 40 of some 500 milliseconds in every process. Tools that watch HTTP through hooks on imports do not see it.
 */
export const { createServer } = process.getBuiltinModule('node:http');

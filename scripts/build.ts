import { buildAll } from './build/build.ts';

/** `npm run build`: publishable packages in packages/<name>/dist. */
await buildAll((line) => console.log(line));

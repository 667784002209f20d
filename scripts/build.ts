import { buildAll } from './build/build.ts';
import { messageOf } from './command.ts';

/** `npm run build`: publishable packages in packages/<name>/dist. */
try {
  await buildAll((line) => console.log(line));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}

import { gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import { build, defineConfig, type Plugin } from 'vite';

const TARGET = 'es2024';
const root = import.meta.dirname;

/**
 * Two forms of one page: files for a server, with the engine as a worker of its own, and for `--mode offline` everything in
 * one script, with the engine packed inside it. scripts/console.ts makes the file out of the second.
 */
export default defineConfig(({ mode }) => {
  const offline = mode === 'offline';
  return {
    root,
    base: './',
    plugins: [tailwindcss(), ...(offline ? [packedEngine()] : [])],
    resolve: { alias: { '#start-engine': `/src/engine/start-${offline ? 'inline' : 'served'}.ts` } },
    build: {
      outDir: offline ? 'site/.offline' : 'site/served',
      emptyOutDir: true,
      target: TARGET,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      cssCodeSplit: false,
      chunkSizeWarningLimit: 1024,
      ...(offline && { license: { fileName: 'licenses-page.md' } }),
      ...(offline && { rolldownOptions: { output: { codeSplitting: false } } }),
    },
    worker: { format: 'es' },
  };
});

/** Gives the script of the engine as one text, so that the page that holds it stays small. */
function packedEngine(): Plugin {
  const id = 'virtual:packed-engine';
  return {
    name: 'packed-engine',
    resolveId: (source) => (source === id ? id : undefined),
    async load(asked) {
      if (asked !== id) return undefined;
      const { script, licenses } = await buildEngine();
      this.emitFile({ type: 'asset', fileName: LICENSES, source: licenses });
      return `export default ${JSON.stringify(gzipSync(script, { level: 9 }).toString('base64'))}`;
    },
  };
}

const LICENSES = 'licenses-engine.md';

async function buildEngine(): Promise<{ script: string; licenses: string }> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: TARGET,
      license: { fileName: LICENSES },
      rolldownOptions: { input: 'src/engine/worker.ts', output: { format: 'iife', codeSplitting: false } },
    },
  });
  const files = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const [chunk, ...chunks] = files.filter((file) => file.type === 'chunk');
  const licenses = files.find((file) => file.type === 'asset' && file.fileName === LICENSES);
  if (chunk === undefined || chunks.length > 0) throw new Error('the engine is not one script');
  if (licenses?.type !== 'asset') throw new Error('the licenses of the engine are missing');
  return { script: chunk.code, licenses: String(licenses.source) };
}

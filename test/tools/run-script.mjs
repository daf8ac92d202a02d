// Node 20 cannot run .ts: bundles one script and runs it. `node test/tools/run-script.mjs FILE.ts [its arguments]`
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const cache = join(root, '.cache');
const [script = ''] = process.argv.splice(2, 1);

mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'script.mjs');
/** Files that look for others beside themselves still find them from within the bundle. */
const places = {
  name: 'places',
  setup: ({ onLoad }) => onLoad({ filter: /[\\/]test[\\/].*\.ts$/ }, ({ path }) => ({
    loader: 'ts',
    contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
  })),
};
await build({
  entryPoints: [join(root, script)],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
  plugins: [places],
});
process.argv[1] = outfile;
await import(pathToFileURL(outfile).href);

import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from './commands.ts';

const PROGRAMS = ['servers/servers', 'app/gateway', 'app/desktop', 'app/sentinel', 'dpi/box', 'media/cloud-desktop'] as const;
export type Program = (typeof PROGRAMS)[number];

/** Node 20 cannot run .ts. The output stays inside the project, where the packages are found. */
export async function bundlePrograms(folder: string): Promise<(program: Program) => string> {
  const lab = join(projectRoot(), 'test', 'lab');
  await build({
    entryPoints: PROGRAMS.map((program) => join(lab, `${program}.ts`)),
    outdir: folder,
    outbase: lab,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  });
  return (program) => join(folder, `${program}.mjs`);
}

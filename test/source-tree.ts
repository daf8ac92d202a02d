/** The source files and their imports, as the architecture and parity tests see them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** Path from the project's root, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

interface Import {
  /** Path from the root for a project file, `node:…` or a package name otherwise. */
  readonly target: string;
  readonly typeOnly: boolean;
}

export const ROOT: string = path.resolve(import.meta.dirname, '..');

export function sourceFiles(folder = 'src'): SourceFile[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => read(`${folder}/${file.split(path.sep).join('/')}`))
    .sort((one, other) => (one.file < other.file ? -1 : 1));
}

function read(file: string): SourceFile {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map((match) => {
    const target = match[3] ?? match[4] ?? '';
    const named = match[2] ?? '';
    return { target: resolve(file, target), typeOnly: match[1] !== undefined || (named.startsWith('{') && named.slice(1, -1).split(',').filter((part) => part.trim() !== '').every((part) => part.trim().startsWith('type '))) };
  });
  return { file, text, imports };
}

function resolve(file: string, target: string): string {
  return target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target;
}

/** `import … from 'x'`, `export … from 'x'`, `import('x')`. */
const IMPORT = /^(?:import|export)\s+(type\s+)?(\{[^}]*\}|[\w*\s,{}]+?)\s+from\s+'([^']+)'|import\('([^']+)'\)/gm;

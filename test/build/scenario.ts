/**
 * A scenario is one text file: `$ egret words`, the files it needs, what it
 * prints and its exit code. Sections start with `--- `; text before the first
 * one is a comment.
 */

export interface Scenario {
  readonly argv: readonly string[];
  readonly files: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** Reads a scenario; throws on anything it does not know, so that a misspelt section never passes. */
export function parseScenario(text: string): Scenario {
  const command = /^\$ egret(?: (.*))?$/m.exec(text);
  if (command === null) throw new Error('a scenario needs a line "$ egret …"');
  const files: Record<string, string> = {};
  const found = { stdout: '', stderr: '' };
  let exit: number | undefined;
  for (const section of text.split(/^--- /m).slice(1)) {
    const end = section.indexOf('\n');
    const [kind = '', name = ''] = section.slice(0, end < 0 ? undefined : end).split(' ');
    const body = end < 0 ? '' : section.slice(end + 1);
    if (kind === 'file') files[name] = body;
    else if (kind === 'stdout' || kind === 'stderr') found[kind] = body;
    else if (kind === 'exit') exit = Number(name);
    else throw new Error(`a scenario has no section "${kind}"`);
  }
  if (exit === undefined) throw new Error('a scenario needs a section "--- exit N"');
  return { argv: words(command[1] ?? ''), files, ...found, exit };
}

/** The scenario's text with what was really printed. */
export function updatedScenario(text: string, ran: Pick<Scenario, 'stdout' | 'stderr' | 'exit'>): string {
  const kept = text.split(/^(?=--- )/m).filter((part) => !/^--- (?:stdout|stderr|exit)\b/.test(part)).join('');
  const sections = [ran.stdout === '' ? '' : `--- stdout\n${ran.stdout}`, ran.stderr === '' ? '' : `--- stderr\n${ran.stderr}`, `--- exit ${ran.exit}\n`];
  return kept + sections.join('');
}

/** Words as a shell splits them; quotes, single or double, keep spaces. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''));
}

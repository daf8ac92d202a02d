/** `egret policy lint FILE…`: reads policies and shows every mistake and warning with its place. */
import type { Mistake } from '../../core/base/errors.ts';
import { jsonSafe } from '../../core/base/wire-text.ts';
import { RULE_IDS } from '../../core/judge/explain.ts';
import { TELEMETRY_HOSTS } from '../../core/knowledge/telemetry-hosts.ts';
import { readPolicy } from '../../core/policy/document.ts';
import type { Lint } from '../../core/policy/lint/message.ts';
import { counted } from '../../core/report/layout/amounts.ts';
import { mistakeText } from '../complain.ts';
import { INPUT_WRONG } from '../exit.ts';
import { readUserText } from '../files.ts';
import type { World } from '../world.ts';
import type { CommandModule } from './index.ts';

export const policyLint: CommandModule = {
  exits: [0, 3, 4, 70],
  define(command) {
    command
      .description('Checks policy files: every mistake with its line and what to write instead, and warnings for what is legal but hardly meant.')
      .usage('FILE... [options]')
      .argument('<file...>', 'policy files')
      .option('--json', 'mistakes and warnings as JSON, one line per file')
      .addHelpText('after', '\nExamples:\n  egret policy lint vendor.yaml\n  egret policy lint policies/*.yaml --json');
  },
  async run(command, world) {
    const results: Linted[] = [];
    for (const file of command.args) results.push(lintFile(file, await readUserText(file, 'the policy', world)));
    const asJson = command.opts<{ json?: boolean }>().json === true;
    for (const result of results) await (asJson ? world.stdout.write(resultJson(result)) : tell(result, world));
    return results.some(({ mistakes }) => mistakes.length > 0) ? INPUT_WRONG : 0;
  },
};

interface Linted {
  readonly file: string;
  readonly name?: string;
  readonly entries: number;
  readonly claims: number;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Lint[];
}

function lintFile(file: string, text: string): Linted {
  const { policy, mistakes, warnings } = readPolicy(text, file, {}, { rules: new Set(RULE_IDS), catalogue: TELEMETRY_HOSTS });
  const facts = policy === undefined ? { entries: 0, claims: 0 } : { name: policy.name, entries: policy.entries.length, claims: policy.claims.length };
  return { file, ...facts, mistakes, warnings };
}

/** Mistakes go where errors go; the closing line says what was checked even when nothing is wrong. */
async function tell({ file, entries, claims, mistakes, warnings }: Linted, world: World): Promise<void> {
  const [graver, notes] = [warnings.filter(({ severity }) => severity === 'warning'), warnings.filter(({ severity }) => severity === 'note')];
  const text = (await mistakeText(mistakes, world)) + (await mistakeText(graver, world, 'warning')) + (await mistakeText(notes, world, 'note'));
  if (text !== '') await world.stderr.write(text);
  const found = `${counted(mistakes.length, 'mistake')}, ${counted(graver.length, 'warning')}${notes.length === 0 ? '' : `, ${counted(notes.length, 'note')}`}`;
  await world.stdout.write(`${file}: ${mistakes.length > 0 ? found : `${found} in ${counted(entries, 'entry', 'entries')} and ${counted(claims, 'claim')}`}\n`);
}

function resultJson({ file, mistakes, warnings }: Linted): string {
  return `${jsonSafe(JSON.stringify({ schema: 'egret.lint/1', file, mistakes: mistakes.map(mistakeJson), warnings: warnings.map((lint) => ({ ...mistakeJson(lint), id: lint.id, severity: lint.severity })) }))}\n`;
}

function mistakeJson({ message, at, help }: Mistake): object {
  return { message, file: at?.file, line: at?.line, column: at?.column, help };
}

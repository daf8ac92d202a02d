/** `egret explain [RULE|exit-codes]`: prints a page of the installed documentation, so that it works offline. */
import { UsageError } from '../../core/base/errors.ts';
import { nearest } from '../../core/base/nearest.ts';
import { PLAIN_LOOK, type Look } from '../../core/report/layout/look.ts';
import { pageLines } from '../page-text.ts';
import { labelled } from '../../core/report/formats/text/page.ts';
import type { World } from '../world.ts';
import type { CommandModule } from './index.ts';

export const explain: CommandModule = {
  exits: [0, 3, 4, 70],
  define(command) {
    command
      .description('Explains a rule: what it finds, why it matters, how sure it is, what to do. Without a name it lists all rules.')
      .usage('[RULE|exit-codes]')
      .argument('[topic]', 'a rule as findings name it, or exit-codes')
      .addHelpText('after', '\nExamples:\n  egret explain\n  egret explain telemetry-host\n  egret explain exit-codes');
  },
  async run(command, world) {
    const [topic] = command.args;
    const rules = await ruleNames(world);
    await world.stdout.write(topic === undefined ? await listing(rules, world) : await pageOf(topic, rules, world));
    return 0;
  },
};

async function ruleNames(world: World): Promise<readonly string[]> {
  const names = await world.packageFolder(RULES);
  return names.filter((name) => name.endsWith(PAGE)).map((name) => name.slice(0, -PAGE.length));
}

async function pageOf(topic: string, rules: readonly string[], world: World): Promise<string> {
  const known = topic === EXIT_CODES || rules.includes(topic);
  const page = known ? await world.packageText(topic === EXIT_CODES ? `docs/${EXIT_CODES}${PAGE}` : `${RULES}/${topic}${PAGE}`) : undefined;
  if (page !== undefined) return `${pageLines(page.trimEnd(), lookOf(world).columns).join('\n')}\n`;
  const close = nearest(topic, [...rules, EXIT_CODES]);
  throw new UsageError(`there is no page on "${topic}"`, close === undefined ? 'egret explain lists all rules' : `did you mean ${close}?`);
}

async function listing(rules: readonly string[], world: World): Promise<string> {
  const width = Math.max(EXIT_CODES.length, ...rules.map((rule) => rule.length)) + 2;
  const lines: string[] = [];
  const look = lookOf(world);
  for (const rule of rules) lines.push(...labelled(look, rule, firstSentence((await world.packageText(`${RULES}/${rule}${PAGE}`)) ?? ''), 2, width));
  lines.push(...labelled(look, EXIT_CODES, 'What each exit code means.', 2, width));
  return `${['Pages; egret explain NAME prints one:', ...lines].join('\n')}\n`;
}

/** A terminal's own width, within what is easy to read; 80 columns in a pipe. */
function lookOf({ stdout }: World): Look {
  const columns = stdout.isTTY ? Math.min(PLAIN_LOOK.columns, Math.max(LEAST_COLUMNS, stdout.columns ?? USUAL_COLUMNS)) : USUAL_COLUMNS;
  return { ...PLAIN_LOOK, columns };
}

/** The first sentence of what a rule finds, or of the page where it has no such heading. */
function firstSentence(page: string): string {
  const prose = (page.split('## What it finds\n')[1] ?? page)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(?:[#|>]|- |```)/.test(line.trim()));
  return /^.*?[.!?](?=\s|$)/.exec(prose.join(' '))?.[0] ?? prose[0] ?? '';
}

const RULES = 'docs/rules';
const PAGE = '.md';
const EXIT_CODES = 'exit-codes';
const USUAL_COLUMNS = 80;
const LEAST_COLUMNS = 40;

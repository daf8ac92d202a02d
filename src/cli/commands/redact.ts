/** `egret redact INPUT… -o FILE`: a recording that may be shown to others, and is judged as the original. */
import type { Command } from 'commander';
import { contains, parseCidr } from '../../core/base/address.ts';
import { UsageError } from '../../core/base/errors.ts';
import { AddressMap } from '../../core/redact/address-map.ts';
import { NOTHING_REQUIRED } from '../../core/report/require.ts';
import { counted } from '../../core/report/layout/amounts.ts';
import { readUserText } from '../files.ts';
import type { World } from '../world.ts';
import type { CommandModule } from './index.ts';

export const redact: CommandModule = {
  exits: [0, 3, 4, 70],
  define(command) {
    command
      .description('Makes a recording that may be shown to others: every address is another one, packets, words of processes and paths are left out. It is judged as the original is. Names of hosts stay, because they are what is judged.')
      .usage('FILE... -o FILE [options]')
      .argument('<file...>', 'captures, recordings of egret, or the folder of a bundle')
      .option('-o, --output <file>', 'the recording to write')
      .option('-p, --policy <file>', 'addresses and networks that this policy names stay')
      .addHelpText('after', PAGE);
  },
  async run(command, world) {
    return runRedact(command, world);
  },
};

async function runRedact(command: Command, world: World): Promise<number> {
  const { output, policy } = command.opts<{ output?: string; policy?: string }>();
  const files: readonly string[] = command.args;
  if (output === undefined) throw new UsageError('where to write is not said', 'give -o FILE');
  if (files.includes(output)) throw new UsageError(`${output} is read and would be overwritten`, 'write to another file');
  if (world.kindOf(output) === 'folder') throw new UsageError(`${output} is a folder`, 'name the file to write: -o FILE');
  const named = policy === undefined ? [] : addressesIn(await readUserText(policy, 'the policy', world));
  const map = new AddressMap(world.secretHash(), (address) => named.some((cidr) => contains(cidr, address)));
  const { runAudit } = await import('../pipeline.ts');
  const { report } = await runAudit(
    { files, variables: {}, local: [], caFiles: [], wish: { failOn: 'never', require: NOTHING_REQUIRED }, record: output, redact: map },
    world,
    { warn: () => {}, flush: async () => {} },
  );
  const { connections, lookups } = report.summary;
  await world.stdout.write(`${output}: ${counted(connections, 'connection')} and ${counted(lookups, 'lookup')} of ${counted(files.length, 'input')}, with other addresses and without packets; names of hosts are as they were\n`);
  return 0;
}

/** Every address and network that stands in a text. */
function addressesIn(text: string): readonly NonNullable<ReturnType<typeof parseCidr>>[] {
  return [...text.matchAll(/[0-9a-fA-F:.]{3,45}(?:\/\d{1,3})?/g)].flatMap(([token]) => parseCidr(token) ?? []);
}

const PAGE = `
Examples:
  egret redact run/ -o shown.ndjson
      what egret run --record run/ kept, without packets and with other addresses
  egret redact capture.pcapng -o shown.ndjson -p vendor.yaml
      a capture, in which the addresses that the policy names stay
  egret audit shown.ndjson -p vendor.yaml
      the same verdicts as of the original`;

/** Dns-tunnel: names that look like encoded data were asked below one domain, whose server reads each of them. */
import { normalHost } from '../../base/host-name.ts';
import { formatDuration, formatTime } from '../../base/time.ts';
import type { JudgedRun } from '../context.ts';
import { dnsTunnels, type DnsTunnel, type TunnelSignal } from '../dns-tunnels.ts';
import type { Draft, TrafficRule } from '../rule.ts';
import { acceptLine } from '../suggest.ts';
import { plural, sayList } from '../tell.ts';
import { isCovered } from '../unlisted.ts';

export const dnsTunnel: TrafficRule = {
  reads: 'run',
  id: 'dns-tunnel',
  severity: 'warning',
  title: 'Names that look like data on its way out',
  why: 'Whoever runs a domain reads every name that is asked below it, through any resolver and any firewall that lets DNS pass: data can leave the machine without a connection to the host that gets it.',
  breaks: ['complete-list'],
  since: '0.1.0',
  *check(run) {
    for (const tunnel of dnsTunnels(run.lookups)) if (isCovered(run.policy, tunnel.component)) yield draftOf(run, tunnel);
  },
};

function draftOf(run: JudgedRun, tunnel: DnsTunnel): Draft {
  const { domain, component, confidence, evidence, questions, lookups } = tunnel;
  const isUnlisted = lookups.some(({ verdict }) => verdict.kind === 'undeclared');
  return {
    about: { subject: `*.${domain}`, name: domain, ...(component === undefined ? {} : { component }) },
    confidence,
    seen: seenOf(tunnel),
    do: remedyOf(run, tunnel),
    sure: `${confidence}: ${tunnel.signals.map((signal) => SIGNAL[signal]).join('; ')}. The names read as no words, and most led to no connection; a service that is asked by hash or identifier looks the same, and would lower it.`,
    evidence,
    evidenceCount: questions,
    ...(isUnlisted ? {} : { breaks: [] }),
  };
}

function seenOf({ component, names, questions, characters, types, domain, lookups, first, last }: DnsTunnel): string {
  const length = last - first;
  const when = length === 0 ? `at ${formatTime(first)}` : `from ${formatTime(first)} for ${formatDuration(length)}`;
  const example = lookups[0]?.name ?? '';
  const shown = example.length > EXAMPLE_LIMIT ? `${example.slice(0, EXAMPLE_LIMIT)}…` : example;
  return `${component ?? 'The app'} asked for ${plural(names, 'distinct name')} below ${domain} that look encoded, in ${plural(questions, 'question')} (${sayList(types)}) ${when}: ${Math.round(characters / names)} characters of them a name, ${characters} in all; one is ${shown}.`;
}

function remedyOf(run: JudgedRun, { domain }: DnsTunnel): string {
  const isPlain = normalHost(domain) === domain;
  const accept = isPlain ? ` If it is a service that is meant to be asked so, live with it under \`accept:\`: ${acceptLine(run, 'dns-tunnel', { host: domain })}` : '';
  return `Find the program that asks (\`ss -uapn\` while it runs, or a process witness) and ask the vendor what it puts into the names; have the resolver refuse the domain until that is known.${accept}`;
}

const SIGNAL: Readonly<Record<TunnelSignal, string>> = {
  many: 'more distinct names than a set of hosts has',
  long: 'the names are filled up far beyond the length of a hash',
  'odd-types': 'most were asked for records that no connection needs',
};
/** Characters of the example: enough to recognise it in the recording. */
const EXAMPLE_LIMIT = 80;

/** Medians and the printed table of the proxy benchmark. */
export interface Sample {
  readonly tunnelsPerSecond: number;
  readonly failures: number;
  /** In µs of the proxy's CPU. */
  readonly cpuPerTunnel: number;
  /** Of one core, by the client: near 1 it is what was measured. */
  readonly loadCpuShare: number;
  /** In µs, 64 bytes there and back. */
  readonly p50: number;
  readonly p99: number;
  readonly megabytesPerSecond: number;
  /** In s of the proxy's CPU. */
  readonly cpuPerGigabyte: number;
  /** Every byte came through. */
  readonly isWhole: boolean;
  readonly held: number;
  readonly bytesPerIdle: number;
}

/** One run in a line. */
export function summary(sample: Sample): string {
  const loss = sample.failures > 0 ? `, ${sample.failures} FAILED` : '';
  return `${sample.tunnelsPerSecond.toFixed(0)} tunnels/s${loss} at ${sample.cpuPerTunnel.toFixed(0)} µs (client ${(sample.loadCpuShare * 100).toFixed(0)} %), echo ${sample.p50.toFixed(0)}/${sample.p99.toFixed(0)} µs, ${sample.megabytesPerSecond.toFixed(0)} MB/s${sample.isWhole ? '' : ' INCOMPLETE'}, ${sample.held} idle at ${(sample.bytesPerIdle / 1024).toFixed(1)} KiB`;
}

/** The median of each figure by proxy, as a Markdown table. */
export function tableOf(samples: ReadonlyMap<string, readonly Sample[]>): string {
  const head = ['proxy', 'tunnels/s', 'failed', 'CPU a tunnel, µs', 'echo p50, µs', 'p99, µs', 'MB/s', 'CPU a GB, s', 'held', 'KiB an idle tunnel'];
  const rows = [...samples].map(([name, runs]) => [
    name, middle(runs, 'tunnelsPerSecond').toFixed(0), String(Math.max(...runs.map(({ failures }) => failures))), middle(runs, 'cpuPerTunnel').toFixed(0), middle(runs, 'p50').toFixed(0), middle(runs, 'p99').toFixed(0),
    middle(runs, 'megabytesPerSecond').toFixed(0), middle(runs, 'cpuPerGigabyte').toFixed(2), middle(runs, 'held').toFixed(0), (middle(runs, 'bytesPerIdle') / 1024).toFixed(1),
  ]);
  return [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function middle(runs: readonly Sample[], key: Exclude<keyof Sample, 'isWhole'>): number {
  const sorted = runs.map((run) => run[key]).sort((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[half] ?? 0) : ((sorted[half - 1] ?? 0) + (sorted[half] ?? 0)) / 2;
}

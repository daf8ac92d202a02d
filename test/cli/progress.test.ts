import { describe, expect, it } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import type { OutStream } from '../../src/cli/world.ts';

function terminal(isTTY = true): { readonly stream: OutStream; readonly said: string[] } {
  const said: string[] = [];
  return { said, stream: { isTTY, columns: 80, write: (text) => Promise.resolve(void said.push(text)) } };
}

describe('the line of progress', () => {
  it.each([
    ['a small file, of which no packet count is worth a word', { path: 'a.pcap', bytesRead: 900, bytesTotal: 900, packets: 12 }, 'reading a.pcap: 100 %'],
    ['a large file', { path: 'a.pcap', bytesRead: 42, bytesTotal: 100, packets: 250_000 }, 'reading a.pcap: 42 %, 200,000 packets'],
    ['a pipe that has just begun', { path: '-', bytesRead: 900, packets: 12 }, 'reading standard input'],
    ['a pipe of unknown length', { path: '-', bytesRead: 25_000_000, packets: 250_000 }, 'reading standard input: 20.0 MB, 200,000 packets'],
  ])('for %s', (_what, progress, text) => {
    const { stream, said } = terminal();
    progressLine(stream, true).show(progress);
    expect(said).toEqual([`\r\u001b[K${text}`]);
  });

  it('is written again only when it changes, is taken away once, and never where nobody looks', async () => {
    const { stream, said } = terminal();
    const line = progressLine(stream, true);
    for (const bytesRead of [10, 11]) line.show({ path: 'x', bytesRead, bytesTotal: 1000, packets: 5 });
    await line.clear();
    await line.clear();
    expect(said).toEqual(['\r\u001b[Kreading x: 1 %', '\r\u001b[K']);
    const pipe = terminal(false);
    progressLine(pipe.stream, true).show({ path: 'x', bytesRead: 1, packets: 0 });
    expect(pipe.said).toEqual([]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { command, obstacle, projectRoot } from './commands.ts';
import { labNamespaces, removeOrphans } from './namespaces.ts';
import type { Sheet } from './sheet.ts';
import { play } from './story.ts';

const reason = obstacle();
if (reason !== undefined) console.log(`lab tests skipped: ${reason}`);

const madeBy = (pid: number): string[] => labNamespaces().filter((name) => name.startsWith(`egretlab-${pid}-`));

describe.skipIf(reason !== undefined)('the lab', () => {
  test('plays a story and captures the link and loopback', async () => {
    const { capture, measured } = await play(story({ misbehave: ['looks-up-posthog'], refuse: ['ws.multiclaw.io'] }));

    expect(measured.phases.map((range) => range.phase)).toEqual(['launch', 'task']);
    // In clear only in a ClientHello: in DNS the labels carry their lengths.
    const hosts = ['cdn.multiclaw.io', 'api.multiclaw.io', 'api.openai.com', 'ws.multiclaw.io', 'us.i.posthog.com'];
    expect(hosts.filter((host) => capture.includes(host))).toEqual(hosts.slice(0, 3));
    expect(capture.includes('\u0007posthog\u0003com')).toBe(true);
    expect(capture.includes('POST /v1/tasks HTTP/1.1')).toBe(true);
    expect(capture.includes('egret-lab-sentinel')).toBe(false);
    expect(madeBy(process.pid)).toEqual([]);
  }, 30_000);

  test('an interrupted recorder takes its lab down', async () => {
    const child = spawn(process.execPath, [join(projectRoot(), 'test', 'tools', 'run-script.mjs'), 'test/lab/record.ts', 'clean-start-and-task'], { stdio: 'ignore' });
    const pid = child.pid ?? 0;
    while (madeBy(pid).length < 3 && child.exitCode === null) await pause(10);
    child.kill('SIGINT');
    const [status] = await once(child, 'exit');
    expect(status).toBe(130);
    expect(madeBy(pid)).toEqual([]);
  });

  test('a later lab removes what a killed one left', async () => {
    const gone = spawn('true', { stdio: 'ignore' });
    await once(gone, 'exit');
    command('ip', ['netns', 'add', `egretlab-${gone.pid}-1-app`]);
    removeOrphans();
    expect(madeBy(gone.pid ?? 0)).toEqual([]);
  });
});

function story(switches: Partial<Sheet['story']['switches']>): Sheet {
  return {
    features: ['openai'],
    story: { switches: { phases: ['launch', 'task'], misbehave: [], nxdomain: [], servfail: [], refuse: [], linger: 0, pace: 1, ...switches } },
  };
}

/** Which program captures what, with which words. */
import { describe, expect, it } from 'vitest';
import { type CaptureWish, isDeviceName, isInsisting, planCapture } from '../../../src/edge/capture/capture-plan.ts';

const plan = (wish: CaptureWish, platform: string): string[] => planCapture(wish, platform).map(({ program, device, words }) => [`${program} ${device}:`, ...words].join(' '));

describe('the plan of a capture', () => {
  it.each<readonly [string, CaptureWish, string, readonly string[]]>([
    ['is every interface of Linux, by the first program that works', { on: 'auto' }, 'linux', [
      'dumpcap any: -q -n -p -i any -s 2048 -B 32 -w -', 'tcpdump any: -n -p -U --immediate-mode -i any -s 2048 -B 32768 -w -', 'pcap any:',
    ]],
    ['is nothing by itself where no device is all interfaces', { on: 'auto' }, 'darwin', []],
    ['is the interface that was named, on every system', { on: 'en0', program: 'tcpdump' }, 'darwin', ['tcpdump en0: -n -p -U --immediate-mode -i en0 -s 2048 -B 32768 -w -']],
    ['is only the program that was named', { on: 'auto', program: 'dumpcap' }, 'linux', ['dumpcap any: -q -n -p -i any -s 2048 -B 32 -w -']],
  ])('%s', (_, wish, platform, expected) => expect(plan(wish, platform)).toEqual(expected));

  it.each<readonly [string, string, unknown]>([
    ['all interfaces hold the machine, and egret sees its own datagram', 'any', { holds: 'machine', misses: [], seesLoopback: true }],
    ['one interface misses the others', 'eth0', { holds: 'machine', misses: ['capture-partial'], seesLoopback: false }],
    ['loopback misses the others, but its own datagram passes', 'lo', { holds: 'machine', misses: ['capture-partial'], seesLoopback: true }],
  ])('says what its mode covers: %s', (_, on, mode) => expect(planCapture({ on }, 'linux')[0]?.mode).toEqual(mode));

  it('insists where the user named an interface or a program', () => {
    expect([{ on: 'auto' }, { on: 'any' }, { on: 'auto', program: 'pcap' as const }].map(isInsisting)).toEqual([false, true, true]);
  });

  it.each([
    ['eth0', true], ['br-1a2b', true], ['vlan0.12@if3', true], ['\\Device\\NPF_{1234}', true], ['Ethernet 2', true],
    ['', false], ['-w', false], ['../etc', false], ['a\nb', false], [' lo', false], ['x'.repeat(129), false],
  ])('takes %j for an interface: %s', (text, expected) => expect(isDeviceName(text)).toBe(expected));
});

/** What dumpcap 4.0, tcpdump 4.99 and libpcap 1.10 say, as they said it on a real machine. */
import { describe, expect, it } from 'vitest';
import { readLosses, readRefusal } from '../../../src/edge/capture/capture-words.ts';

const DUMPCAP_FORBIDDEN = `Capturing on 'any'
dumpcap: You do not have permission to capture on device "any".
(socket: Operation not permitted)
Please check to make sure you have sufficient permissions.

On Debian and Debian derivatives such as Ubuntu, if you have installed Wireshark from a package, try running

    sudo dpkg-reconfigure wireshark-common
`;

describe('a refusal', () => {
  it.each([
    ['dumpcap without rights', DUMPCAP_FORBIDDEN, 'forbidden', 'You do not have permission to capture on device "any".'],
    ['tcpdump without rights', "tcpdump: nope0: You don't have permission to perform this capture on that device\n(socket: Operation not permitted)\n", 'forbidden', "nope0: You don't have permission to perform this capture on that device"],
    ['the package without rights', 'socket: Operation not permitted', 'forbidden', 'socket: Operation not permitted'],
    ['dumpcap without the interface', "Capturing on 'nope0'\ndumpcap: There is no device named \"nope0\".\n(No such device exists)\n", 'no-device', 'There is no device named "nope0".'],
    ['tcpdump without the interface', 'tcpdump: nope0: No such device exists\n(No such device exists)\n', 'no-device', 'nope0: No such device exists'],
    ['an interface that vanished under dumpcap', 'Capturing on \'vc\'\nFile: -\ndumpcap: The network adapter "vc" is no longer attached; the capture has stopped.\n', 'device-gone', 'The network adapter "vc" is no longer attached; the capture has stopped.'],
    ['an interface that vanished under tcpdump', 'tcpdump: listening on vc\ntcpdump: pcap_loop: The interface disappeared\n2 packets captured\n', 'device-gone', 'pcap_loop: The interface disappeared'],
    ['an interface that is down', 'tcpdump: wg0: That device is not up\n', 'device-gone', 'wg0: That device is not up'],
    ['anything else, in its last own words', "Capturing on 'lo'\nFile: -\ndumpcap: out of luck\nPackets captured: 3\n", 'failed', 'out of luck'],
    ['no word at all', "Capturing on 'lo'\nFile: -\n", 'failed', 'dumpcap was ended by SIGKILL'],
    ['words for a terminal', 'tcpdump: \u001b[31mred\u0007\n', 'failed', '?[31mred?'],
  ])('is understood of %s', (_, said, kind, line) => expect(readRefusal(said, 'dumpcap was ended by SIGKILL')).toEqual({ kind, said: line }));

  it('is shown in one line of bounded length', () => expect(readRefusal('x'.repeat(5000), '').said).toBe(`${'x'.repeat(160)}…`));
});

describe('the packets that a program lost', () => {
  it.each<readonly [string, string, number | undefined]>([
    ['none of dumpcap', "Packets captured: 6\nPackets received/dropped on interface 'any': 6/0 (pcap:0/dumpcap:0/flushed:0/ps_ifdrop:0) (100.0%)\n", 0],
    ['by kernel, program and device, but not what dumpcap threw away as it stopped', "Packets received/dropped on interface 'any': 6/30 (pcap:7/dumpcap:4/flushed:19/ps_ifdrop:2) (1.0%)\n", 13],
    ['of several interfaces', "Packets received/dropped on interface 'a': 6/3 (pcap:3/dumpcap:0/flushed:0/ps_ifdrop:0) (1.0%)\nPackets received/dropped on interface 'b': 6/4 (pcap:4/dumpcap:0/flushed:0/ps_ifdrop:0) (1.0%)\n", 7],
    ['none of tcpdump', '6 packets captured\n12 packets received by filter\n0 packets dropped by kernel\n', 0],
    ['of tcpdump by kernel and device', '6 packets captured\n12 packets received by filter\n1 packet dropped by kernel\n4 packets dropped by interface\n', 5],
    ['unknown where it was killed', "Capturing on 'any'\nFile: -\n", undefined],
  ])('are counted: %s', (_, said, lost) => expect(readLosses(said)).toBe(lost));
});

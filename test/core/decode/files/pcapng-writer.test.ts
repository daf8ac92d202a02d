import { describe, expect, it } from 'vitest';
import { interfaceBlock, packetBlock, sectionBlock } from '../../../../src/core/decode/files/pcapng-writer.ts';
import { bytes } from '../../../build/bytes.ts';
import { START } from '../../../build/pcap.ts';
import { enhanced, interfaceDescription, section } from '../../../build/pcapng.ts';
import { readCapture } from '../../../build/read-capture.ts';

describe('pcapng writer', () => {
  it('writes what the reader reads back', () => {
    const file = bytes(sectionBlock('egret 1.0'), interfaceBlock(1, 'eth0', 96), interfaceBlock(113), packetBlock(1, START + 7, bytes('abc'), 60), packetBlock(0, START, bytes()));
    expect(readCapture('pcapng', file)).toEqual({
      frames: [
        { bytes: bytes('abc'), at: START + 7, wireLength: 60, link: 113, interfaceId: 1, index: 1, process: -1 },
        { bytes: bytes(), at: START, wireLength: 0, link: 1, interfaceId: 0, index: 2, process: -1 },
      ],
      interfaces: [{ id: 0, link: 1, name: 'eth0', snapLength: 96 }, { id: 1, link: 113 }],
      processes: [],
      dropped: [],
      problems: [],
    });
  });

  it('agrees byte for byte with the encoder of the tests', () => {
    expect(sectionBlock('a tool')).toEqual(section({ options: [[4, 'a tool']] }));
    expect(interfaceBlock(276, 'any')).toEqual(interfaceDescription({ link: 276, name: 'any' }));
    expect(packetBlock(3, START, bytes('frame'))).toEqual(enhanced(3, { bytes: bytes('frame'), at: START }));
  });
});

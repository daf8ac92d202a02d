import { createSocket } from 'node:dgram';
import { readArguments } from './control.ts';

interface Arguments {
  readonly mark: string;
  readonly to: readonly string[];
}

/** One datagram per capture interface, to the discard port of the lab's own router and of loopback. */
const { mark, to } = readArguments<Arguments>();
const socket = createSocket('udp4');
await Promise.all(to.map((address) => new Promise<void>((resolve) => socket.send(mark, 9, address, () => resolve()))));
socket.close();

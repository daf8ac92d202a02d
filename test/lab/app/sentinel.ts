import { createSocket } from 'node:dgram';
import * as z from 'zod';
import { readArguments } from './control.ts';

/** One datagram per capture interface, to the discard port of the lab's own router and of loopback. */
const { mark, to } = readArguments(z.object({ mark: z.string(), to: z.array(z.string()) }));
const socket = createSocket('udp4');
await Promise.all(to.map((address) => new Promise<void>((resolve) => socket.send(mark, 9, address, () => resolve()))));
socket.close();

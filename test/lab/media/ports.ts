import { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/** Notes the local end of every UDP socket that this process binds; one bound to any address stands at the app's own. */
export function noteDatagramEnds(): () => readonly string[] {
  const ends = new Set<string>();
  const bind: unknown = Reflect.get(Socket.prototype, 'bind');
  if (typeof bind !== 'function') throw new Error('dgram.Socket has no bind');
  Socket.prototype.bind = function noted(this: Socket, ...words: unknown[]): Socket {
    this.once('listening', () => {
      const { address, port } = this.address();
      for (const own of address === '0.0.0.0' ? ownAddresses() : [address]) ends.add(`${own.includes(':') ? `[${own}]` : own}:${port}/udp`);
    });
    return Reflect.apply(bind, this, words);
  };
  return () => [...ends].sort();
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((found) => (found ?? []).flatMap(({ family, address, internal }) => (family === 'IPv4' && !internal ? [address] : [])));
}

import { Socket } from 'node:net';

/**
 * Notes the local end of every TCP connection that this process opens, failed attempts included: those never reach
 * `connect`, so the name is read from the handle as soon as the attempt has been made.
 */
export function noteLocalEnds(): () => readonly string[] {
  const ends = new Set<string>();
  const connect: unknown = Reflect.get(Socket.prototype, 'connect');
  if (typeof connect !== 'function') throw new Error('net.Socket has no connect');
  Socket.prototype.connect = function noted(this: Socket, ...words: unknown[]): Socket {
    this.on('connectionAttempt', () => process.nextTick(() => note(this, ends)));
    return Reflect.apply(connect, this, words);
  };
  return () => [...ends].sort();
}

function note(socket: Socket, ends: Set<string>): void {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('getsockname' in handle) || typeof handle.getsockname !== 'function') return;
  const name: { address?: string; port?: number; family?: string } = {};
  if (handle.getsockname(name) !== 0 || name.address === undefined) return;
  ends.add(`${name.family === 'IPv6' ? `[${name.address}]` : name.address}:${name.port}/tcp`);
}

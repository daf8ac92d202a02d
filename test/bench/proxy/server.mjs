// The far end of every tunnel of the proxy benchmark. What its first bytes are says what it does: a TLS hello is answered
// with a server's flight, `B` and a number of bytes in text and a newline with that many bytes, anything else is echoed.
// `node server.mjs FLIGHT.bin PORTS` prints the ports it listens on as JSON.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [flightFile, ports] = process.argv.slice(2);
const flight = readFileSync(flightFile);
const chunk = Buffer.alloc(64 * 1024, 0x17);

const open = Array.from({ length: Number(ports) }, () => new Promise((done) => {
  const server = createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      if (first[0] === 0x16) socket.write(flight);
      else if (first[0] === 0x42) pour(socket, Number(first.subarray(1).toString()));
      else {
        socket.write(first);
        socket.on('data', (data) => socket.write(data));
      }
    });
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => done(server.address().port));
}));
console.log(JSON.stringify(await Promise.all(open)));

function pour(socket, bytes) {
  let left = bytes;
  const more = () => {
    while (left > 0) {
      const piece = left >= chunk.length ? chunk : chunk.subarray(0, left);
      left -= piece.length;
      if (!socket.write(piece)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  more();
}

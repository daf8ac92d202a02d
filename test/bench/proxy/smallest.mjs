// The least that a CONNECT proxy can be in Node: no policy, no names, no limits, nothing looked at. Listens on the port of its first word.
import { createServer } from 'node:http';
import { connect } from 'node:net';

const server = createServer();
server.on('connect', (request, client, head) => {
  const at = request.url.lastIndexOf(':');
  const far = connect({ host: request.url.slice(0, at), port: Number(request.url.slice(at + 1)), noDelay: true }, () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    if (head.length > 0) far.write(head);
    client.pipe(far);
    far.pipe(client);
  });
  const drop = () => {
    client.destroy();
    far.destroy();
  };
  client.on('error', drop);
  far.on('error', drop);
});
server.listen({ host: '127.0.0.1', port: Number(process.argv[2]), backlog: 4096 }, () => console.log('ready'));

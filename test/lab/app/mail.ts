import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as secure } from 'node:tls';

/** Submits a report by mail, as a crash reporter might: the dialogue begins in clear and turns to TLS (RFC 3207). */
export async function mailReport(host: string, port: number): Promise<void> {
  const plain = connect({ host, port });
  await talk(plain, [undefined, 'EHLO desk', 'STARTTLS']);
  const sealed = secure({ socket: plain, servername: host });
  await once(sealed, 'secureConnect');
  await talk(sealed, ['EHLO desk', 'MAIL FROM:<app@multiclaw.example>', 'RCPT TO:<reports@acme-mail.example>', 'DATA', `Subject: report\r\n\r\n${'x'.repeat(1500)}\r\n.`, 'QUIT']);
  if (!sealed.closed) await once(sealed, 'close');
}

/** Says one thing after another, each when the answer to the one before has ended; `undefined`: only listens. */
async function talk(socket: Socket, words: readonly (string | undefined)[]): Promise<void> {
  const lines = createInterface({ input: socket, crlfDelay: Infinity });
  const answers = lines[Symbol.asyncIterator]();
  for (const word of words) {
    if (word !== undefined) socket.write(`${word}\r\n`);
    for (let answer = await answers.next(); answer.done !== true && /^\d{3}-/.test(answer.value);) answer = await answers.next();
  }
  lines.close();
  socket.removeAllListeners('data');
}

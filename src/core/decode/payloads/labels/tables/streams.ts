/**
 * Protocols over TCP that are told by their first bytes and read no further.
 * Each beginning is one that the protocol's own specification fixes and that no
 * other of this page shares.
 */
import { prefixes, type Prefix } from '../prefix.ts';

export const STREAMS: readonly (readonly [protocol: string, beginnings: readonly Prefix[]])[] = [
  // RFC 4253 §4.2; both ends send an identification string.
  ['ssh', prefixes('either', 'SSH-2.0-', 'SSH-1.99-', 'SSH-1.5-')],
  // AMQP 0-9-1 §4.2.2, AMQP 1.0 §2.2: protocol header; the server repeats it only to refuse.
  ['amqp', prefixes('client', 'AMQP\0\0\u0009\u0001', 'AMQP\0\u0001\0\0', 'AMQP\u0001\u0001\0\u0009', 'AMQP\u0002\u0001\0\0', 'AMQP\u0003\u0001\0\0')],
  // BEP 3: both ends shake hands alike.
  ['bittorrent', prefixes('either', '\u0013BitTorrent protocol')],
  // RFC 2326 §6, RFC 7826 §7.
  ['rtsp', [...prefixes('client', 'OPTIONS rtsp://', 'DESCRIBE rtsp://', 'ANNOUNCE rtsp://', 'SETUP rtsp://', 'PLAY rtsp://', 'RECORD rtsp://'), ...prefixes('server', 'RTSP/1.0 ', 'RTSP/2.0 ')]],
  ['sip', sip()],
  // RFC 6143 §7.1.1; the server speaks first, the client answers with the version it chose.
  ['vnc', prefixes('either', 'RFB 003.')],
  ['rsync', prefixes('either', '@RSYNCD: ')],
  // NATS client protocol: the server opens with INFO.
  ['nats', [...prefixes('server', 'INFO {"'), ...prefixes('client', 'CONNECT {"')]],
  // RFC 2812 §3.1 and IRCv3 capability negotiation.
  ['irc', [...prefixes('client', 'PASS ', 'NICK ', 'CAP LS', 'CAP REQ '), ...prefixes('server', 'NOTICE AUTH :', 'NOTICE * :')]],
  // Android Debug Bridge: CONNECT or AUTH message.
  ['adb', prefixes('either', 'CNXN\0\0\0\u0001', 'CNXN\u0001\0\0\u0001')],
  // RFC 6587 does not frame an opening; RFC 3164 priority with RFC 5424 version 1 does.
  ['syslog', prefixes('client', '<14>1 ', '<30>1 ', '<134>1 ', '<165>1 ')],
];

/** RFC 3261 §7: requests name a `sip:` URI, responses begin with the version. Used over TCP and UDP. */
export function sip(): Prefix[] {
  const methods = ['INVITE', 'REGISTER', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY', 'MESSAGE', 'PUBLISH', 'BYE', 'ACK', 'CANCEL'];
  return [...prefixes('client', ...methods.flatMap((method) => [`${method} sip:`, `${method} sips:`])), ...prefixes('server', 'SIP/2.0 ')];
}

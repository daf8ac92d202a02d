/** DTLS as a decoder: its 5-tuple may be shared with STUN and RTP, whose session reads all three. */
import { MediaSession } from '../media.ts';
import type { Decoder } from '../session.ts';
import { recogniseDtls } from './recognise.ts';

export const dtlsDecoder: Decoder = {
  protocol: 'dtls',
  transport: 'udp',
  recognise: (data, ports) => recogniseDtls(data, ports),
  open: (sink) => new MediaSession(sink, 'dtls'),
};

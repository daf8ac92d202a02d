/**
 * One question to the kernel about one TCP socket (sock_diag(7)), where the
 * user has installed `koffi`: microseconds, however many sockets there are.
 * The only place that calls into C. Lengths and offsets are those of
 * linux/inet_diag.h; nothing is written beyond a buffer's own length.
 */
import { bytesOf, type SocketEnds, type SocketRow } from './socket-row.ts';

/** Asks for a TCP socket of egret's own network namespace; undefined: there is none. */
export type AskKernel = (ends: SocketEnds) => SocketRow | undefined;

/** Undefined where koffi is not installed, or this system has no such question. */
export async function openSockDiag(): Promise<AskKernel | undefined> {
  try {
    const { load } = await import('koffi');
    const lib = load(null);
    const open = lib.func('int socket(int family, int type, int protocol)');
    const send = lib.func('long send(int fd, const uint8_t *data, size_t length, int flags)');
    const receive = lib.func('long recv(int fd, _Out_ uint8_t *data, size_t length, int flags)');
    const fd = Number(open(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!(fd >= 0)) return undefined;
    const answer = Buffer.alloc(ANSWER_LENGTH);
    const question = Buffer.alloc(QUESTION_LENGTH);
    let number = 0;
    return (ends) => {
      questionOf(ends, ++number, question);
      if (Number(send(fd, question, question.length, 0)) !== question.length) return undefined;
      const length = Number(receive(fd, answer, answer.length, MSG_DONTWAIT));
      return length > 0 ? readAnswer(answer.subarray(0, length), ends) : undefined;
    };
  } catch {
    return undefined;
  }
}

/** `struct nlmsghdr` and `struct inet_diag_req_v2`, in the machine's own byte order but for ports and addresses. */
export function questionOf(ends: SocketEnds, number: number, data: Buffer = Buffer.alloc(QUESTION_LENGTH)): Buffer {
  const { local, remote } = ends;
  data.fill(0);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  view.setUint32(0, data.length, IS_LITTLE);
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, IS_LITTLE);
  view.setUint16(6, NLM_F_REQUEST, IS_LITTLE);
  view.setUint32(8, number, IS_LITTLE);
  data[16] = local.address.includes(':') ? AF_INET6 : AF_INET;
  data[17] = IPPROTO_TCP;
  view.setUint32(20, ANY, IS_LITTLE);
  view.setUint16(24, local.port);
  view.setUint16(26, remote.port);
  data.set(bytesOf(local.address), 28);
  data.set(bytesOf(remote.address), 44);
  // No interface; the cookie that stands for none.
  view.setUint32(64, ANY, IS_LITTLE);
  view.setUint32(68, ANY, IS_LITTLE);
  return data;
}

/** `struct nlmsghdr` and `struct inet_diag_msg`; the kernel answers with a listener where the connection is not there. */
export function readAnswer(data: Buffer, { local, remote }: SocketEnds): SocketRow | undefined {
  if (data.length < ANSWER_LEAST) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (view.getUint16(4, IS_LITTLE) !== SOCK_DIAG_BY_FAMILY || view.getUint16(20) !== local.port || view.getUint16(22) !== remote.port) return undefined;
  return { uid: view.getUint32(80, IS_LITTLE), inode: view.getUint32(84, IS_LITTLE) };
}

const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
/** SOCK_RAW, and closed in children. */
const SOCK_RAW_CLOEXEC = 0x80003;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST = 1;
const IPPROTO_TCP = 6;
const MSG_DONTWAIT = 0x40;
const ANY = 0xffff_ffff;
const QUESTION_LENGTH = 72;
/** Up to the inode. */
const ANSWER_LEAST = 88;
const ANSWER_LENGTH = 1_024;
const IS_LITTLE = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

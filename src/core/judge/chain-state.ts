/**
 * Where a chain of certificates leads (design §7): to a public root, an added
 * one, a product that re-signs TLS, a private root that was sent, or nowhere
 * that can be seen. Takes the chain as the server sent it and the roots that
 * somebody vouches for. A key that signed counts as proof of where a chain
 * leads; a name alone never proves anything, because whoever signs writes it.
 */
import type { CertificateFacts } from '../decode/payloads/tls/facts.ts';
import type { InspectionProduct } from '../knowledge/inspection-products.ts';
import { inspectionProduct, nameKey, publicRootByKey, publicRootsNamed } from '../knowledge/issuers.ts';
import type { PublicRoot } from '../knowledge/public-roots.ts';
import type { AddedRoot } from '../policy/sheet.ts';

export type Chain = readonly [CertificateFacts, ...CertificateFacts[]];

/** `leaf-only`: a certificate that signed itself, so that nobody re-signed anything. */
type ChainState = 'public' | 'added' | 'product' | 'private' | 'leaf-only' | 'incomplete';

export interface ChainReading {
  readonly state: ChainState;
  /** Whether a signature leads there, or only the name of an issuer that was not sent. */
  readonly by: 'key' | 'name';
  /** Public: the root; private: the root whose name it bears with another key. */
  readonly root?: PublicRoot;
  /** Exact in the state `product`; elsewhere what a name hints at. */
  readonly product?: InspectionProduct;
  /** Last certificate that the chain leads to. */
  readonly top: CertificateFacts;
  /** The leaf's issuer: by its key where its certificate was sent and signed, else by its name. */
  readonly issuer: { readonly id: string; readonly isSent: boolean };
}

/** The state of a chain under these added roots. */
export function readChain(chain: Chain, added: readonly AddedRoot[]): ChainReading {
  const signed = signedPath(chain);
  const { path, top } = namedPath(chain, signed);
  const issuing = signed[1];
  const products = path.flatMap((certificate) => inspectionProduct(certificate.issuer) ?? []);
  const product = products.find(({ strength }) => strength === 'exact') ?? products[0];
  const base = {
    top,
    issuer: issuing === undefined ? { id: nameKey(chain[0].issuer), isSent: false } : { id: issuing.spki, isSent: true },
    ...(product === undefined ? {} : { product }),
  };
  const signers = signed.filter((certificate, index) => index > 0 || certificate.selfSigned);
  if (signers.some(({ spki }) => added.some((root) => root.spki === spki))) return { ...base, state: 'added', by: 'key' };
  const [root] = signers.flatMap(({ spki }) => publicRootByKey(spki) ?? []);
  if (root !== undefined) return { ...base, state: 'public', by: 'key', root };
  return { ...base, ...unsigned(top, signed, added, product) };
}

/** What is left when no known key signed: names, and roots that were sent. */
function unsigned(top: CertificateFacts, signed: readonly CertificateFacts[], added: readonly AddedRoot[], product: InspectionProduct | undefined): Pick<ChainReading, 'state' | 'by' | 'root'> {
  const [named] = publicRootsNamed(top.issuer);
  const isRootSent = top.selfSigned && signed.includes(top);
  // A root that was sent shows its key: if that is none of ours, its name is borrowed. Names without a key cannot say so.
  const isOwnKey = isRootSent && publicRootsNamed(top.subject).every(({ spki }) => spki !== undefined);
  if (!isOwnKey && added.some((root) => nameKey({ CN: root.cn, O: root.o, OU: root.ou }) === nameKey(top.issuer))) return { state: 'added', by: 'name' };
  if (!isOwnKey && named !== undefined) return { state: 'public', by: 'name', root: named };
  if (product?.strength === 'exact') return { state: 'product', by: 'name' };
  if (!isRootSent) return { state: 'incomplete', by: 'name' };
  return { state: signed.length > 1 ? 'private' : 'leaf-only', by: 'key', ...(named === undefined ? {} : { root: named }) };
}

/** The leaf and those above it, as far as each is signed by the next. */
function signedPath(chain: Chain): readonly CertificateFacts[] {
  const end = chain.findIndex(({ signedByNext, selfSigned }) => signedByNext !== true || selfSigned);
  return end < 0 ? chain : chain.slice(0, end + 1);
}

/** The signed path, carried on by names where a server sent its chain out of order. */
function namedPath(chain: Chain, signed: readonly CertificateFacts[]): { readonly path: readonly CertificateFacts[]; readonly top: CertificateFacts } {
  const path = [...signed];
  const rest = chain.filter((certificate) => !path.includes(certificate));
  let top = path.at(-1) ?? chain[0];
  while (!top.selfSigned) {
    const issuer = nameKey(top.issuer);
    const next = rest.findIndex(({ subject }) => nameKey(subject) === issuer);
    const [found] = next < 0 ? [] : rest.splice(next, 1);
    if (found === undefined) break;
    path.push(found);
    top = found;
  }
  return { path, top };
}

/**
 * Who a certificate name belongs to: a public root by key or by name, or a
 * product that re-signs TLS. Takes the attributes of a subject or issuer, which
 * are hostile text and are only compared.
 */
import { INSPECTION_PRODUCTS, type InspectionProduct } from './inspection-products.ts';
import { publicRoots, type PublicRoot } from './public-roots.ts';

/** Attributes by short name, as the certificate reader gives them. */
export type CertificateName = Readonly<Record<string, string>>;

/** CN, O and OU as one key: what roots are told apart by. */
export function nameKey(name: CertificateName): string {
  return JSON.stringify([name['CN'] ?? '', name['O'] ?? '', name['OU'] ?? '']);
}

/** The public root with this key (SHA-256 of the SubjectPublicKeyInfo). */
export function publicRootByKey(spki: string): PublicRoot | undefined {
  return BY_KEY.get(spki);
}

/** Public roots of this name; a name may have had several keys. */
export function publicRootsNamed(name: CertificateName): readonly PublicRoot[] {
  return BY_NAME.get(nameKey(name)) ?? [];
}

/** The product that issues under this name, exact rows before hints. */
export function inspectionProduct(name: CertificateName): InspectionProduct | undefined {
  return INSPECTION_PRODUCTS.find(({ cn, o, ou }) => fits(cn, name['CN']) && fits(o, name['O']) && fits(ou, name['OU']));
}

function fits(pattern: RegExp | undefined, value: string | undefined): boolean {
  return pattern === undefined || (value !== undefined && pattern.test(value));
}

const BY_KEY = new Map(publicRoots().flatMap((root) => (root.spki === undefined ? [] : [[root.spki, root] as const])));
const BY_NAME = groupByName();

function groupByName(): ReadonlyMap<string, readonly PublicRoot[]> {
  const groups = new Map<string, PublicRoot[]>();
  for (const root of publicRoots()) {
    const key = nameKey({ CN: root.cn, O: root.o, OU: root.ou });
    groups.set(key, [...(groups.get(key) ?? []), root]);
  }
  return groups;
}

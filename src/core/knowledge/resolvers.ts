/**
 * Public resolvers that speak DNS over TLS, HTTPS or QUIC: a connection to one
 * hides lookups from every observer, which lowers what can be said of names.
 * Data only. Addresses are anycast service addresses published by the operator;
 * an operator whose addresses change or belong to a shared network has none here.
 */
export interface EncryptedResolver {
  /** Names seen in the hello or in CONNECT, in normal form. */
  readonly hosts: readonly string[];
  /** Names below which each customer has a resolver of its own. */
  readonly below: readonly string[];
  /** Canonical addresses (RFC 5952). */
  readonly addresses: readonly string[];
  readonly organisation: string;
  readonly source: string;
  /** ISO date on which the source was read. */
  readonly date: string;
}

/** Day on which the rows were gathered from the operators' documentation. */
const READ = '2026-11-22';

/** Where an operator's own page was not read: AdGuard's list of providers. */
const PROVIDERS = 'https://adguard-dns.io/kb/general/dns-providers/';

/** One row per operator and service. */
export const ENCRYPTED_RESOLVERS: readonly EncryptedResolver[] = [
  resolver('Cloudflare', 'https://developers.cloudflare.com/1.1.1.1/encryption/', [
    'cloudflare-dns.com', 'one.one.one.one', '1dot1dot1dot1.cloudflare-dns.com', 'mozilla.cloudflare-dns.com', 'chrome.cloudflare-dns.com',
    'security.cloudflare-dns.com', 'family.cloudflare-dns.com', 'dns.cloudflare.com',
  ], [
    '1.1.1.1', '1.0.0.1', '1.1.1.2', '1.0.0.2', '1.1.1.3', '1.0.0.3',
    '2606:4700:4700::1111', '2606:4700:4700::1001', '2606:4700:4700::1112', '2606:4700:4700::1002', '2606:4700:4700::1113', '2606:4700:4700::1003',
  ], ['cloudflare-gateway.com']),
  resolver('Google', 'https://developers.google.com/speed/public-dns/docs/secure-transports', ['dns.google', 'dns64.dns.google', '8888.google'], [
    '8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844', '2001:4860:4860::64', '2001:4860:4860::6464',
  ]),
  resolver('Quad9', 'https://quad9.net/service/service-addresses-and-features/', [
    'dns.quad9.net', 'dns9.quad9.net', 'dns10.quad9.net', 'dns11.quad9.net', 'dns12.quad9.net',
  ], [
    '9.9.9.9', '149.112.112.112', '9.9.9.10', '149.112.112.10', '9.9.9.11', '149.112.112.11', '2620:fe::fe', '2620:fe::9', '2620:fe::10', '2620:fe::11',
  ]),
  resolver('Cisco OpenDNS', 'https://support.opendns.com/hc/en-us/articles/360038086532', ['doh.opendns.com', 'dns.opendns.com', 'doh.familyshield.opendns.com', 'familyshield.opendns.com', 'doh.sandbox.opendns.com', 'sandbox.opendns.com', 'doh.umbrella.com'], [
    '208.67.222.222', '208.67.220.220', '208.67.222.123', '208.67.220.123', '208.67.222.2', '208.67.220.2', '2620:119:35::35', '2620:119:53::53', '2620:0:ccc::2', '2620:0:ccd::2',
  ]),
  resolver('AdGuard', 'https://adguard-dns.io/kb/general/dns-providers/', ['dns.adguard.com', 'dns.adguard-dns.com', 'family.adguard-dns.com', 'unfiltered.adguard-dns.com', 'd.adguard-dns.com'], [
    '94.140.14.14', '94.140.15.15', '94.140.14.15', '94.140.15.16', '94.140.14.140', '94.140.14.141', '2a10:50c0::ad1:ff', '2a10:50c0::ad2:ff', '2a10:50c0::bad1:ff', '2a10:50c0::bad2:ff', '2a10:50c0::1:ff', '2a10:50c0::2:ff',
  ], ['d.adguard-dns.com']),
  resolver('NextDNS', 'https://help.nextdns.io/', ['dns.nextdns.io', 'dns1.nextdns.io', 'dns2.nextdns.io', 'chromium.dns.nextdns.io', 'firefox.dns.nextdns.io'], [], ['dns.nextdns.io']),
  resolver('CleanBrowsing', 'https://cleanbrowsing.org/filters/', ['doh.cleanbrowsing.org', 'security-filter-dns.cleanbrowsing.org', 'family-filter-dns.cleanbrowsing.org', 'adult-filter-dns.cleanbrowsing.org'], [
    '185.228.168.9', '185.228.169.9', '185.228.168.168', '185.228.169.168', '185.228.168.10', '185.228.169.11',
    '2a0d:2a00:1::', '2a0d:2a00:2::', '2a0d:2a00:1::1', '2a0d:2a00:2::1', '2a0d:2a00:1::2', '2a0d:2a00:2::2',
  ]),
  resolver('Control D', 'https://controld.com/free-dns', ['freedns.controld.com', 'dns.controld.com'], ['76.76.2.0', '76.76.10.0', '76.76.2.1', '76.76.2.2', '76.76.2.3', '76.76.2.11', '76.76.10.11', '2606:1a40::', '2606:1a40:1::'], ['dns.controld.com', 'freedns.controld.com']),
  resolver('Mullvad', 'https://mullvad.net/en/help/dns-over-https-and-dns-over-tls', ['dns.mullvad.net', 'adblock.dns.mullvad.net', 'base.dns.mullvad.net', 'all.dns.mullvad.net'], ['194.242.2.2', '194.242.2.3', '194.242.2.4']),
  resolver('DNS.SB', 'https://dns.sb/doh/', ['doh.dns.sb', 'dot.sb', 'doh.sb'], ['185.222.222.222', '45.11.45.11', '2a09::', '2a11::']),
  resolver('Wikimedia', 'https://meta.wikimedia.org/wiki/Wikimedia_DNS', ['wikimedia-dns.org'], ['185.71.138.138']),
  resolver('AliDNS', 'https://www.alidns.com/', ['dns.alidns.com'], ['223.5.5.5', '223.6.6.6', '2400:3200::1', '2400:3200:baba::1']),
  resolver('DNSPod (Tencent)', 'https://www.dnspod.cn/products/publicdns', ['doh.pub', 'dot.pub', 'dns.pub', 'sm2.doh.pub'], ['1.12.12.12', '120.53.53.53', '119.29.29.29', '2402:4e00::']),
  resolver('IIJ', 'https://public.dns.iij.jp/', ['public.dns.iij.jp'], []),
  resolver('Applied Privacy', 'https://applied-privacy.net/services/dns/', ['doh.applied-privacy.net', 'dot1.applied-privacy.net'], []),
  resolver('Digitale Gesellschaft', 'https://www.digitale-gesellschaft.ch/dns/', ['dns.digitale-gesellschaft.ch'], ['185.95.218.42', '185.95.218.43']),
  resolver('DNS4EU', 'https://www.joindns4.eu/for-public', ['protective.joindns4.eu', 'unfiltered.joindns4.eu', 'noads.joindns4.eu'], ['86.54.11.1', '86.54.11.201', '86.54.11.100', '86.54.11.200']),
  resolver('CFIEC', PROVIDERS, ['dns.cfiec.net'], ['240c::6666', '240c::6644']),
  resolver('BebasID', PROVIDERS, ['dns.bebasid.com', 'antivirus.bebasid.com', 'internetsehat.bebasid.com', 'family-adblock.bebasid.com'], [], ['dns.bebasid.com']),
  resolver('Caliph DNS', PROVIDERS, ['dns.caliph.dev'], ['160.19.167.150', '2001:df7:5300:3::51e']),
  resolver('DeCloudUs', PROVIDERS, ['dns.decloudus.com'], []),
  resolver('getdns (Stubby)', PROVIDERS, ['getdnsapi.net', 'dnsovertls.sinodun.com', 'dnsovertls1.sinodun.com'], ['185.49.141.37', '2a04:b900:0:100::37', '145.100.185.15', '145.100.185.16']),
  resolver('UncensoredDNS', PROVIDERS, ['unicast.censurfridns.dk', 'anycast.censurfridns.dk'], ['89.233.43.71', '91.239.100.100', '2001:67c:28a4::']),
  resolver('CMRG', PROVIDERS, ['dns.cmrg.net'], ['199.58.81.218', '2001:470:1c:76d::53']),
  resolver('NIC Chile', PROVIDERS, ['dnsotls.lab.nic.cl'], ['200.1.123.46']),
  resolver('DNS-OARC', PROVIDERS, ['tls-dns-u.odvr.dns-oarc.net'], ['184.105.193.78']),
  resolver('Apple', 'https://support.apple.com/102022', ['doh.dns.apple.com'], []),
];

function resolver(organisation: string, source: string, hosts: readonly string[], addresses: readonly string[], below: readonly string[] = []): EncryptedResolver {
  return { hosts, below, addresses, organisation, source, date: READ };
}

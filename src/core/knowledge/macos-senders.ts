/**
 * What macOS contacts by itself, with the setting that stops it. Data only;
 * facts from Apple's list of hosts for enterprise networks. Where Apple offers
 * no switch the row says so.
 */
import type { KnownSender } from './known-senders.ts';
import { senders } from './sender-rows.ts';

const LIST = 'https://support.apple.com/101555';
const OWN = { sender: 'macOS', platforms: ['macos'], role: 'system', source: LIST } as const;

export const MACOS_SENDERS: readonly KnownSender[] = [
  ...senders({ ...OWN, what: 'captive network assistant', why: 'tells whether a captive portal stands before the internet', stop: 'no setting; blocked at the firewall, captive portals are no longer noticed' },
  ['captive.apple.com']),
  ...senders({ ...OWN, what: 'network time', why: 'sets the clock', ports: ['123/udp'], stop: 'sudo systemsetup -setusingnetworktime off' }, ['time.apple.com', 'time-macos.apple.com']),
  ...senders({ ...OWN, what: 'Apple Push Notification service (apsd)', why: 'holds the connection on which notifications of all applications arrive', stop: 'no setting; device management and notifications depend on it' },
  ['*.push.apple.com']),
  ...senders({ ...OWN, what: 'activation and set-up', why: 'activates the device and sets it up', stop: 'no setting' }, ['albert.apple.com', 'humb.apple.com', 'static.ips.apple.com', 'tbsc.apple.com']),
  ...senders({ ...OWN, what: 'software update', why: 'looks for and downloads updates of the system and its data',
    stop: 'System Settings > General > Software Update > Automatic updates off, or AutomaticCheckEnabled=false in a com.apple.SoftwareUpdate profile' },
  ['gdmf.apple.com', 'mesu.apple.com', 'swscan.apple.com', 'swcdn.apple.com', 'swdist.apple.com', 'swdownload.apple.com', 'updates.cdn-apple.com', 'updates-http.cdn-apple.com', 'oscdn.apple.com', 'osrecovery.apple.com', 'gg.apple.com', 'gs.apple.com', 'ig.apple.com']),
  ...senders({ ...OWN, what: 'content caching', why: 'finds and registers caches of Apple content in the local network', stop: 'no setting for finding caches; System Settings > General > Sharing > Content Caching off for being one' },
  ['lcdn-locator.apple.com', 'lcdn-registration.apple.com', 'suconfig.apple.com', 'serverstatus.apple.com']),
  ...senders({ ...OWN, what: 'certificate and notarisation checks (trustd, syspolicyd)', why: 'asks whether certificates of servers and of programs were revoked', stop: 'no setting' },
  ['ocsp.apple.com', 'ocsp2.apple.com', 'valid.apple.com', 'crl.apple.com', 'certs.apple.com', 'ppq.apple.com']),
  ...senders({ ...OWN, what: 'device management enrolment', why: 'asks whether an organisation manages the device', stop: 'no setting; only devices of an organisation are enrolled' },
  ['deviceenrollment.apple.com', 'iprofiles.apple.com', 'mdmenrollment.apple.com']),
  ...senders({ ...OWN, what: 'Siri and Spotlight suggestions', why: 'answers searches beyond the device', stop: 'System Settings > Spotlight: Siri Suggestions off' }, ['guzzoni.apple.com', '*.smoot.apple.com']),
  ...senders({ ...OWN, role: 'shared', what: 'Apple Account', why: 'signs the user in; applications with Sign in with Apple do too', stop: 'sign out of the Apple Account' },
  ['appleid.apple.com', 'appleid.cdn-apple.com', 'idmsa.apple.com', 'gsa.apple.com']),
  ...senders({ ...OWN, role: 'shared', what: 'iCloud', why: 'synchronises; applications keep data there too', stop: 'System Settings > Apple Account > iCloud off' },
  ['*.icloud.com', '*.icloud-content.com', '*.apple-cloudkit.com']),
  ...senders({ ...OWN, role: 'shared', what: 'iCloud Private Relay', why: 'carries lookups and web traffic of the user, so that their hosts are hidden', source: 'https://developer.apple.com/support/prepare-your-network-for-icloud-private-relay/',
    stop: 'System Settings > Apple Account > iCloud > Private Relay off; networks refuse it by answering NXDOMAIN for these names' },
  ['mask.icloud.com', 'mask-h2.icloud.com']),
  ...senders({ ...OWN, role: 'shared', what: 'App Store', why: 'shows and updates applications; applications ask it for their own newest version', stop: 'System Settings > App Store: Automatic Updates off' },
  ['*.itunes.apple.com', '*.apps.apple.com', '*.mzstatic.com']),
  ...senders({ ...OWN, role: 'shared', what: 'analytics', why: 'reports use and faults to Apple', stop: 'System Settings > Privacy & Security > Analytics & Improvements: all off' },
  ['xp.apple.com', 'radarsubmissions.apple.com']),
];

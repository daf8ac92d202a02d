/**
 * What Linux distributions and desktops contact by themselves, with the
 * setting that stops it. Data only; facts from the distributions' packages and
 * manuals. Hosts that also serve a web site are `shared`.
 */
import type { KnownSender } from './known-senders.ts';
import { senders } from './sender-rows.ts';

const OWN = { platforms: ['linux'], role: 'system' } as const;
const CHECK = { ...OWN, what: 'NetworkManager connectivity check', why: 'tells whether the network reaches the internet', stop: '[connectivity] enabled=false in /etc/NetworkManager/conf.d/*.conf' } as const;
const CLOCK = { ...OWN, what: 'time synchronisation', why: 'sets the clock', ports: ['123/udp'], stop: 'timedatectl set-ntp false (or disable chronyd, ntpd)' } as const;
const APT = { ...OWN, what: 'apt', why: 'looks for and downloads package updates', stop: 'systemctl disable --now apt-daily.timer apt-daily-upgrade.timer' } as const;
const DNF = { ...OWN, what: 'dnf', why: 'looks for and downloads package updates', stop: 'systemctl disable --now dnf-makecache.timer; in GNOME Software automatic updates off' } as const;
const POOL = 'https://www.ntppool.org/en/vendors.html';

export const LINUX_SENDERS: readonly KnownSender[] = [
  ...senders({ ...CHECK, sender: 'Ubuntu', source: 'https://packages.ubuntu.com/noble/network-manager-config-connectivity-ubuntu' }, ['connectivity-check.ubuntu.com']),
  ...senders({ ...CHECK, sender: 'Debian', source: 'https://packages.debian.org/stable/network-manager-config-connectivity-debian' }, ['network-test.debian.org']),
  ...senders({ ...CHECK, sender: 'Arch Linux', source: 'https://wiki.archlinux.org/title/NetworkManager' }, ['ping.archlinux.org']),
  ...senders({ ...CHECK, sender: 'openSUSE', source: 'https://software.opensuse.org/package/NetworkManager-branding-openSUSE' }, ['conncheck.opensuse.org']),
  ...senders({ ...CHECK, role: 'shared', sender: 'Fedora', source: 'https://packages.fedoraproject.org/pkgs/NetworkManager/NetworkManager-config-connectivity-fedora/', why: 'tells whether the network reaches the internet; the host is the project\'s web site too' },
  ['fedoraproject.org']),
  ...senders({ ...CHECK, sender: 'GNOME', what: 'captive portal helper', stop: 'Settings > Privacy > Connectivity > Connectivity Checking off', source: 'https://gitlab.gnome.org/GNOME/gnome-shell' }, ['nmcheck.gnome.org']),
  ...senders({ ...CHECK, sender: 'KDE Plasma', what: 'captive portal helper', source: 'https://invent.kde.org/plasma/plasma-nm' }, ['networkcheck.kde.org']),
  ...senders({ ...CLOCK, sender: 'Ubuntu', source: 'https://documentation.ubuntu.com/server/how-to/networking/timedatectl-and-timesyncd/' }, ['ntp.ubuntu.com', '*.ubuntu.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'Debian', source: POOL }, ['*.debian.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'Fedora', source: POOL }, ['*.fedora.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'CentOS and its kin', source: POOL }, ['*.centos.pool.ntp.org', '*.rhel.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'openSUSE', source: POOL }, ['*.opensuse.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'Arch Linux', source: 'https://wiki.archlinux.org/title/Systemd-timesyncd' }, ['*.arch.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'Linux', source: 'https://www.ntppool.org/en/use.html' }, ['pool.ntp.org', '*.pool.ntp.org']),
  ...senders({ ...CLOCK, sender: 'systemd', what: 'systemd-timesyncd, where the distribution names no servers', source: 'https://www.freedesktop.org/software/systemd/man/latest/timesyncd.conf.html' },
  ['time1.google.com', 'time2.google.com', 'time3.google.com', 'time4.google.com']),
  ...senders({ ...APT, sender: 'Ubuntu', source: 'https://documentation.ubuntu.com/server/how-to/software/automatic-updates/' }, ['archive.ubuntu.com', '*.archive.ubuntu.com', 'security.ubuntu.com', 'ports.ubuntu.com', 'esm.ubuntu.com']),
  ...senders({ ...APT, sender: 'Debian', source: 'https://wiki.debian.org/SourcesList' }, ['deb.debian.org', 'security.debian.org', 'ftp.debian.org']),
  ...senders({ ...OWN, sender: 'Ubuntu', what: 'release upgrade check', why: 'asks whether a newer release is out', stop: 'Prompt=never in /etc/update-manager/release-upgrades', source: 'https://documentation.ubuntu.com/server/how-to/software/upgrade-your-release/' },
  ['changelogs.ubuntu.com']),
  ...senders({ ...OWN, sender: 'Ubuntu', what: 'message of the day', why: 'fetches news shown at login; the request tells version and uptime', stop: 'ENABLED=0 in /etc/default/motd-news', source: 'https://manpages.ubuntu.com/manpages/noble/man5/update-motd.5.html' },
  ['motd.ubuntu.com']),
  ...senders({ ...OWN, sender: 'Ubuntu', what: 'Ubuntu Pro client', why: 'asks for the machine\'s contract', stop: 'pro detach; systemctl disable --now ua-timer.timer', source: 'https://documentation.ubuntu.com/pro-client/en/latest/references/network_requirements/' },
  ['contracts.canonical.com', 'livepatch.canonical.com']),
  ...senders({ ...OWN, sender: 'snapd', what: 'refresh', why: 'looks for and downloads updates of snaps', stop: 'snap refresh --hold', source: 'https://forum.snapcraft.io/t/network-requirements/5147' }, ['api.snapcraft.io', '*.snapcraftcontent.com']),
  ...senders({ ...OWN, role: 'shared', sender: 'Ubuntu', what: 'crash and system reports', why: 'sends reports of crashed programs and of the machine', stop: 'systemctl disable --now whoopsie; ubuntu-report send no', source: 'https://wiki.ubuntu.com/ErrorTracker' },
  ['daisy.ubuntu.com', 'metrics.ubuntu.com']),
  ...senders({ ...OWN, role: 'shared', sender: 'Debian', what: 'popularity contest', why: 'reports which packages are used', stop: 'PARTICIPATE="no" in /etc/popularity-contest.conf', source: 'https://popcon.debian.org/' }, ['popcon.debian.org']),
  ...senders({ ...DNF, sender: 'Fedora', source: 'https://docs.fedoraproject.org/en-US/quick-docs/dnf/' }, ['mirrors.fedoraproject.org', 'dl.fedoraproject.org', 'codecs.fedoraproject.org']),
  ...senders({ ...DNF, sender: 'Red Hat Enterprise Linux', stop: 'systemctl disable --now rhsmcertd dnf-makecache.timer', source: 'https://access.redhat.com/solutions/65300' }, ['subscription.rhsm.redhat.com', 'cdn.redhat.com']),
  ...senders({ ...OWN, sender: 'openSUSE', what: 'zypper', why: 'looks for and downloads package updates', stop: 'autorefresh off: zypper modifyrepo --no-refresh --all', source: 'https://en.opensuse.org/Package_repositories' }, ['download.opensuse.org', 'cdn.opensuse.org']),
  ...senders({ ...OWN, sender: 'Arch Linux', what: 'pacman', why: 'downloads packages from the distribution\'s own mirror', stop: 'another server in /etc/pacman.d/mirrorlist', source: 'https://wiki.archlinux.org/title/Mirrors' }, ['geo.mirror.pkgbuild.com']),
  ...senders({ ...OWN, sender: 'fwupd', what: 'firmware metadata', why: 'looks for firmware updates', stop: 'systemctl disable --now fwupd-refresh.timer', source: 'https://lvfs.readthedocs.io/en/latest/' }, ['cdn.fwupd.org']),
  ...senders({ ...OWN, sender: 'Flatpak', what: 'GNOME Software and flatpak', why: 'looks for and downloads updates from Flathub', stop: 'gsettings set org.gnome.software download-updates false; flatpak remote-modify --disable flathub', source: 'https://docs.flathub.org/' },
  ['dl.flathub.org']),
  ...senders({ ...OWN, sender: 'GNOME Software', what: 'ratings', why: 'fetches reviews of applications', stop: 'gsettings set org.gnome.software review-server ""', source: 'https://gitlab.gnome.org/GNOME/gnome-software' }, ['odrs.gnome.org']),
];

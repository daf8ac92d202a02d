/**
 * What runtimes, browsers, updaters and developer tools contact by themselves,
 * with the flag, policy or variable that stops it. Data only; facts from their
 * own documentation. Such traffic may belong to the audited application, so
 * these rows are hints and never `environment`. Updaters that know only hosts
 * of the application (Squirrel, Sparkle) can have no row.
 */
import type { KnownSender } from './known-senders.ts';
import { senders } from './sender-rows.ts';

const ALL = ['linux', 'macos', 'windows'] as const;
const BASE = { role: 'framework', platforms: ALL } as const;
const CHROME_POLICIES = 'https://chromeenterprise.google/policies/';
const CHROME_HOSTS = 'https://support.google.com/chrome/a/answer/6334001';
const CHROMIUM = { ...BASE, sender: 'Chromium (Chrome, and in part Electron and other embedders)', source: CHROME_HOSTS } as const;
const FIREFOX = { ...BASE, sender: 'Firefox', source: 'https://support.mozilla.org/kb/how-stop-firefox-making-automatic-connections' } as const;
const EDGE = { ...BASE, sender: 'Microsoft Edge and WebView2', source: 'https://learn.microsoft.com/deployedge/microsoft-edge-security-endpoints' } as const;

export const FRAMEWORK_SENDERS: readonly KnownSender[] = [...electron(), ...chromium(), ...otherBrowsers(), ...certificates(), ...tools()];

function electron(): readonly KnownSender[] {
  return [
    ...senders({ ...BASE, platforms: ['linux', 'windows'], sender: 'Electron and Chromium', what: 'spell-check dictionaries', why: 'downloads the Hunspell dictionary of the user\'s language when text is first checked; the redirector leads on to a host below gvt1.com',
      stop: 'Electron: session.setSpellCheckerDictionaryDownloadURL(own URL) or webPreferences.spellcheck=false; Chrome: policy SpellcheckEnabled=false', source: 'https://www.electronjs.org/docs/latest/tutorial/spellchecker' },
    ['redirector.gvt1.com', '*.gvt1.com']),
    ...senders({ ...BASE, platforms: ['macos', 'windows'], sender: 'Electron', what: 'autoUpdater with update-electron-app', why: 'asks the public update service for the newest release', stop: 'leave out update-electron-app or give autoUpdater.setFeedURL an own server', source: 'https://www.electronjs.org/docs/latest/tutorial/updates' },
    ['update.electronjs.org']),
    ...senders({ ...BASE, sender: 'electron-updater and other GitHub release updaters', what: 'update check', why: 'reads the list of releases and downloads the newest from GitHub', stop: 'another `publish` provider, or no call of autoUpdater.checkForUpdates()', source: 'https://www.electron.build/auto-update' },
    ['api.github.com', 'github.com', 'objects.githubusercontent.com', 'release-assets.githubusercontent.com']),
    ...senders({ ...BASE, sender: 'WebRTC applications', what: 'STUN server named by samples and library defaults', why: 'finds out the public address before a peer connection', stop: 'name own servers in RTCPeerConnection\'s iceServers', source: 'https://webrtc.github.io/samples/src/content/peerconnection/trickle-ice/' },
    ['stun.l.google.com', 'stun1.l.google.com', 'stun2.l.google.com', 'stun3.l.google.com', 'stun4.l.google.com']),
    ...senders({ ...BASE, sender: 'Google favicon service', what: 'redirect of www.google.com/s2/favicons', why: 'serves icons of sites; the redirect names the site', stop: 'fetch icons from the sites themselves', source: 'https://developers.google.com/search/docs/appearance/favicon-in-search' },
    ['t0.gstatic.com', 't1.gstatic.com', 't2.gstatic.com', 't3.gstatic.com']),
  ];
}

function chromium(): readonly KnownSender[] {
  return [
    ...senders({ ...CHROMIUM, shape: 'random-label', what: 'intranet redirect detector', why: 'looks up three random names at the start and after each change of network, to notice resolvers that answer for names that do not exist',
      stop: 'policy IntranetRedirectBehavior=1 or DNSInterceptionChecksEnabled=false', source: 'https://mikewest.org/2012/02/chrome-connects-to-three-random-domains-at-startup' },
    ['(random label)']),
    ...senders({ ...CHROMIUM, shape: 'first-label', what: 'web proxy auto-discovery', why: 'looks for a proxy configuration below each search domain, where the system setting asks for it (Windows itself does so too)',
      stop: '--no-proxy-server, or automatic detection off in the system\'s proxy settings', source: 'https://www.chromium.org/developers/design-documents/network-settings/' },
    ['wpad']),
    ...senders({ ...CHROMIUM, what: 'component updater and Google Updater', why: 'looks for new versions of the browser and of its parts', stop: 'policy ComponentUpdatesEnabled=false or --disable-component-update; for the updater policy UpdateDefault=0' }, ['update.googleapis.com']),
    ...senders({ ...CHROMIUM, what: 'downloads of components and updates', why: 'fetches what the component updater found', stop: 'policy ComponentUpdatesEnabled=false or --disable-component-update' }, ['edgedl.me.gvt1.com', 'dl.google.com']),
    ...senders({ ...CHROMIUM, what: 'extension updates and network time', why: 'looks for updates of extensions, and for the time when certificates seem to be expired', stop: '--disable-background-networking; policy BrowserNetworkTimeQueriesEnabled=false' }, ['clients2.google.com']),
    ...senders({ ...CHROMIUM, what: 'extension downloads', why: 'fetches extensions and their updates', stop: '--disable-extensions, or policy ExtensionInstallBlocklist' }, ['clients2.googleusercontent.com', 'chromewebstore.googleapis.com']),
    ...senders({ ...CHROMIUM, what: 'Safe Browsing', why: 'fetches lists of dangerous sites and asks for the reputation of downloads', stop: 'policy SafeBrowsingProtectionLevel=0; Electron does not have it', source: CHROME_HOSTS }, ['safebrowsing.googleapis.com', 'safebrowsing.google.com', 'sb-ssl.google.com']),
    ...senders({ ...CHROMIUM, what: 'variations (field trials)', why: 'fetches which experiments are on', stop: 'policy ChromeVariations=2; Electron does not have it', source: CHROME_POLICIES }, ['clientservices.googleapis.com']),
    ...senders({ ...CHROMIUM, what: 'optimization guide', why: 'fetches hints and models', stop: '--disable-features=OptimizationHints; Electron does not have it' }, ['optimizationguide-pa.googleapis.com']),
    ...senders({ ...CHROMIUM, what: 'autofill', why: 'asks what the fields of a form mean', stop: '--disable-features=AutofillServerCommunication' }, ['content-autofill.googleapis.com']),
    ...senders({ ...CHROMIUM, what: 'sign-in state', why: 'asks which Google accounts are signed in', stop: 'policy BrowserSignin=0' }, ['accounts.google.com']),
    ...senders({ ...CHROMIUM, what: 'translation', why: 'fetches the list of languages and translates pages', stop: 'policy TranslateEnabled=false', source: CHROME_POLICIES }, ['translate.googleapis.com']),
    ...senders({ ...CHROMIUM, what: 'cloud messaging', why: 'registers for and holds the connection of push messages', stop: '--disable-background-networking' }, ['mtalk.google.com', 'android.clients.google.com']),
    ...senders({ ...CHROMIUM, what: 'captive portal check', why: 'tells whether a captive portal stands before the internet', stop: 'policy AlternateErrorPagesEnabled=false', source: CHROME_HOSTS }, ['connectivitycheck.gstatic.com', 'www.gstatic.com']),
    ...senders({ ...CHROMIUM, what: 'secure DNS', why: 'asks the same operator over HTTPS where the system\'s resolver is one that offers it', stop: 'policy DnsOverHttpsMode=off; in Electron app.configureHostResolver({ secureDnsMode: \'off\' })', source: CHROME_POLICIES }, ['dns.google', 'chrome.cloudflare-dns.com']),
  ];
}

function otherBrowsers(): readonly KnownSender[] {
  return [
    ...senders({ ...EDGE, what: 'experimentation, configuration and component updates', why: 'fetches settings, lists and parts of the browser', stop: 'policies ExperimentationAndConfigurationServiceControl=0 and ComponentUpdatesEnabled=0' }, ['edge.microsoft.com', 'config.edge.skype.com']),
    ...senders({ ...EDGE, what: 'Edge Update', why: 'looks for new versions of Edge and of the WebView2 runtime', stop: 'policy UpdateDefault=0 of Edge Update' }, ['msedge.api.cdp.microsoft.com']),
    ...senders({ ...FIREFOX, what: 'captive portal and connectivity check', why: 'tells whether a captive portal stands before the internet', stop: 'network.captive-portal-service.enabled=false, network.connectivity-service.enabled=false' }, ['detectportal.firefox.com']),
    ...senders({ ...FIREFOX, what: 'remote settings', why: 'fetches block lists, certificates and settings', stop: 'no switch; services.settings.server names an own server where the build allows it' }, ['firefox.settings.services.mozilla.com', 'content-signature-2.cdn.mozilla.net']),
    ...senders({ ...FIREFOX, what: 'update check', why: 'looks for new versions', stop: 'policy DisableAppUpdate' }, ['aus5.mozilla.org']),
    ...senders({ ...FIREFOX, what: 'push', why: 'holds the connection on which messages of web sites arrive', stop: 'dom.push.connection.enabled=false' }, ['push.services.mozilla.com']),
    ...senders({ ...FIREFOX, what: 'tracking protection lists', why: 'fetches lists of trackers', stop: 'browser.contentblocking.category=custom with all protections off' }, ['shavar.services.mozilla.com']),
    ...senders({ ...FIREFOX, what: 'media codec', why: 'downloads the H.264 codec', stop: 'media.gmp-gmpopenh264.enabled=false' }, ['ciscobinary.openh264.org']),
    ...senders({ ...FIREFOX, what: 'DNS over HTTPS', why: 'resolves names at a trusted resolver', stop: 'network.trr.mode=5, or policy DNSOverHTTPS', source: 'https://support.mozilla.org/kb/firefox-dns-over-https' }, ['mozilla.cloudflare-dns.com']),
    ...senders({ ...FIREFOX, what: 'canary of DNS over HTTPS', why: 'asks whether the network wants DNS over HTTPS to stay off', stop: 'network.trr.mode=5; NXDOMAIN for this name keeps it off', source: 'https://support.mozilla.org/kb/canary-domain-use-application-dnsnet' }, ['use-application-dns.net']),
  ];
}

/** Who verifies certificates asks for revocation lists, answers and missing issuers, over plain HTTP. */
function certificates(): readonly KnownSender[] {
  const verifiers = {
    ...BASE, sender: 'Certificate verification of the system or the browser', what: 'certificate verification', why: 'fetches revocation lists and answers, and issuers that a server left out',
    stop: 'Chromium and Edge: policy EnableOnlineRevocationChecks=false; the system\'s own verification has no switch',
  } as const;
  return [
    ...senders({ ...verifiers, role: 'system', platforms: ['macos', 'windows'], source: 'https://knowledge.digicert.com/solution/digicert-certificate-status-ip-address' }, ['ocsp.digicert.com', 'crl3.digicert.com', 'crl4.digicert.com', 'cacerts.digicert.com']),
    ...senders({ ...verifiers, role: 'system', platforms: ['macos', 'windows'], source: 'https://support.apple.com/101555' }, ['ocsp.entrust.net', 'crl.entrust.net']),
    ...senders({ ...verifiers, role: 'system', platforms: ['macos', 'windows'], source: 'https://pki.goog/repository/' }, ['o.pki.goog', 'c.pki.goog', 'i.pki.goog']),
    ...senders({ ...verifiers, role: 'system', platforms: ['macos', 'windows'], source: 'https://letsencrypt.org/docs/lencr.org/' }, ['*.o.lencr.org', '*.c.lencr.org', '*.i.lencr.org']),
    ...senders({ ...verifiers, role: 'system', platforms: ['macos', 'windows'], source: 'https://ssl247.com/knowledge-base/detail/false-positive-flag-of-malicious-sectigo-operated-critical-services-for-pki/ka03l0000015bmaaau' }, ['ocsp.sectigo.com', 'crl.sectigo.com', 'crt.sectigo.com']),
  ];
}

function tools(): readonly KnownSender[] {
  return [
    ...senders({ ...BASE, sender: 'npm', what: 'registry and update notifier', why: 'installs packages, and looks for a newer npm', stop: 'npm config set update-notifier false; npm_config_offline=true', source: 'https://docs.npmjs.com/cli/using-npm/config' }, ['registry.npmjs.org']),
    ...senders({ ...BASE, sender: 'Yarn', what: 'registry', why: 'installs packages', stop: 'yarn install --offline; enableNetwork: false in .yarnrc.yml', source: 'https://yarnpkg.com/configuration/yarnrc' }, ['registry.yarnpkg.com', 'repo.yarnpkg.com']),
    ...senders({ ...BASE, sender: 'node-gyp', what: 'headers', why: 'downloads Node\'s headers to build native modules', stop: 'npm_config_nodedir=PATH', source: 'https://github.com/nodejs/node-gyp#readme' }, ['nodejs.org']),
    ...senders({ ...BASE, sender: 'Next.js', what: 'telemetry', why: 'reports use of the framework while building', stop: 'NEXT_TELEMETRY_DISABLED=1', source: 'https://nextjs.org/telemetry' }, ['telemetry.nextjs.org']),
    ...senders({ ...BASE, sender: 'pip', what: 'package index and version check', why: 'installs packages, and looks for a newer pip', stop: 'PIP_DISABLE_PIP_VERSION_CHECK=1; PIP_NO_INDEX=1', source: 'https://pip.pypa.io/en/stable/cli/pip/' }, ['pypi.org', 'files.pythonhosted.org']),
    ...senders({ ...BASE, sender: 'conda', what: 'channels', why: 'installs packages', stop: 'conda config --set offline true', source: 'https://docs.conda.io/projects/conda/en/latest/configuration.html' }, ['repo.anaconda.com', 'conda.anaconda.org']),
    ...senders({ ...BASE, sender: 'Hugging Face libraries', what: 'model hub', why: 'downloads models and looks for newer ones', stop: 'HF_HUB_OFFLINE=1', source: 'https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables' }, ['huggingface.co']),
    ...senders({ ...BASE, sender: 'Maven and Gradle', what: 'repository', why: 'downloads libraries', stop: 'mvn --offline, gradle --offline', source: 'https://maven.apache.org/guides/introduction/introduction-to-repositories.html' }, ['repo.maven.apache.org', 'repo1.maven.org']),
    ...senders({ ...BASE, sender: 'Gradle', what: 'wrapper and plugin portal', why: 'downloads Gradle itself and its plugins', stop: 'gradle --offline; distributionUrl in gradle-wrapper.properties', source: 'https://docs.gradle.org/current/userguide/gradle_wrapper.html' }, ['services.gradle.org', 'plugins.gradle.org']),
    ...senders({ ...BASE, sender: 'NuGet and the .NET SDK', what: 'package index', why: 'restores packages', stop: 'dotnet restore --source FOLDER; <clear/> in NuGet.config', source: 'https://learn.microsoft.com/nuget/api/overview' }, ['api.nuget.org']),
    ...senders({ ...BASE, sender: '.NET SDK and other Microsoft tools', what: 'telemetry', why: 'reports which commands were used', stop: 'DOTNET_CLI_TELEMETRY_OPTOUT=1', source: 'https://learn.microsoft.com/dotnet/core/tools/telemetry' }, ['dc.services.visualstudio.com']),
    ...senders({ ...BASE, sender: 'Go toolchain', what: 'module proxy and checksum database', why: 'downloads and verifies modules and toolchains', stop: 'GOPROXY=off, GOSUMDB=off, GOTOOLCHAIN=local', source: 'https://go.dev/ref/mod#environment-variables' }, ['proxy.golang.org', 'sum.golang.org']),
    ...senders({ ...BASE, sender: 'Go toolchain', what: 'telemetry', why: 'uploads counters of the toolchain, once switched on', stop: 'go telemetry off', source: 'https://go.dev/doc/telemetry' }, ['telemetry.go.dev']),
    ...senders({ ...BASE, sender: 'Cargo', what: 'package index', why: 'downloads crates', stop: 'CARGO_NET_OFFLINE=true', source: 'https://doc.rust-lang.org/cargo/reference/config.html' }, ['index.crates.io', 'static.crates.io']),
    ...senders({ ...BASE, sender: 'rustup', what: 'toolchains and self-update', why: 'downloads compilers and looks for a newer rustup', stop: 'rustup set auto-self-update disable', source: 'https://rust-lang.github.io/rustup/' }, ['static.rust-lang.org']),
    ...senders({ ...BASE, sender: 'RubyGems and Bundler', what: 'package index', why: 'installs gems, and looks for a newer Bundler', stop: 'BUNDLE_DISABLE_VERSION_CHECK=true; bundle install --local', source: 'https://bundler.io/man/bundle-config.1.html' }, ['rubygems.org', 'index.rubygems.org']),
    ...senders({ ...BASE, sender: 'Composer', what: 'package index', why: 'installs packages', stop: 'COMPOSER_DISABLE_NETWORK=1', source: 'https://getcomposer.org/doc/03-cli.md' }, ['repo.packagist.org']),
    ...senders({ ...BASE, platforms: ['linux', 'macos'], sender: 'Homebrew', what: 'automatic update', why: 'fetches the list of packages before it installs one', stop: 'HOMEBREW_NO_AUTO_UPDATE=1', source: 'https://docs.brew.sh/Manpage' }, ['formulae.brew.sh']),
    ...senders({ ...BASE, sender: 'Playwright', what: 'browser download', why: 'downloads browsers when it is installed', stop: 'PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1', source: 'https://playwright.dev/docs/browsers' }, ['cdn.playwright.dev']),
    ...senders({ ...BASE, sender: 'Docker Desktop', what: 'update check', why: 'looks for and downloads new versions', stop: '"disableUpdate": { "locked": true, "value": true } in admin-settings.json', source: 'https://docs.docker.com/desktop/setup/allow-list/' }, ['desktop.docker.com']),
    ...senders({ ...BASE, sender: 'Visual Studio Code', what: 'update check', why: 'looks for and downloads new versions', stop: '"update.mode": "none"', source: 'https://code.visualstudio.com/docs/setup/network' }, ['update.code.visualstudio.com', 'vscode.download.prss.microsoft.com']),
    ...senders({ ...BASE, sender: 'Visual Studio Code', what: 'extensions and their updates', why: 'asks the marketplace for extensions', stop: '"extensions.autoCheckUpdates": false', source: 'https://code.visualstudio.com/docs/setup/network' }, ['marketplace.visualstudio.com', '*.gallery.vsassets.io', '*.gallerycdn.vsassets.io']),
    ...senders({ ...BASE, sender: 'Visual Studio Code', what: 'experiments', why: 'asks which experiments are on', stop: '"workbench.enableExperiments": false', source: 'https://code.visualstudio.com/docs/setup/network' }, ['default.exp-tas.com']),
  ];
}

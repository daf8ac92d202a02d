/**
 * Telemetry catalogue: hosts whose main use is to receive analytics, crash
 * reports, traces, flag events, session replays or ad measurements. Data only;
 * facts come from the vendors' own documentation and published packages, never
 * from a list whose licence forbids it. A host that also serves a product's
 * main function is left out, or carries a note. Patterns are in normal form:
 * `host` exactly, `*.host` for one or more labels below it, never the apex.
 */
import type { TelemetryClass, TelemetryHost } from './telemetry.ts';

/** Day on which the rows were gathered from the packages and documentation that they name. */
const READ = '2026-11-22';

/** All rows, grouped by organisation; no pattern stands twice. */
export const TELEMETRY_HOSTS: readonly TelemetryHost[] = [
  ...rows('crash', 'Sentry', 'https://docs.sentry.io/security-legal-pii/security/ip-ranges/', [
    ['*.ingest.sentry.io', 'DSN hosts o<organisation>.ingest.sentry.io; errors, replays, traces and profiles'],
    ['*.ingest.us.sentry.io', 'United States region'],
    ['*.ingest.de.sentry.io', 'European region'],
  ]),
  ...rows('crash', 'Sentry', 'https://docs.sentry.io/platforms/javascript/install/loader/', [
    ['js.sentry-cdn.com', 'loader script, fetched before the first report'],
    ['browser.sentry-cdn.com', 'SDK bundle'],
  ]),
  ...rows('crash', 'Bugsnag (SmartBear)', 'https://docs.bugsnag.com/platforms/javascript/configuration-options/', [
    ['notify.bugsnag.com', 'error reports'],
    ['sessions.bugsnag.com', 'session counts'],
    ['otlp.bugsnag.com', 'performance spans of older SDKs'],
    ['*.otlp.bugsnag.com', 'performance spans; the host starts with the API key'],
    ['*.bugsnag.smartbear.com', 'notify, sessions and otlp hosts under the newer domain'],
    ['notify.insighthub.smartbear.com', 'error reports under the Insight Hub name'],
    ['sessions.insighthub.smartbear.com', 'session counts under the Insight Hub name'],
    ['*.otlp.insighthub.smartbear.com', 'performance spans under the Insight Hub name'],
  ]),
  ...rows('crash', 'Rollbar', 'https://docs.rollbar.com/docs/rollbarjs-configuration-reference', [
    ['api.rollbar.com', 'items endpoint of every SDK; the same host serves the read API to dashboards'],
  ]),
  ...rows('crash', 'Raygun', 'https://raygun.com/documentation/product-guides/crash-reporting/', [
    ['api.raygun.io', 'crash reports and real user monitoring'],
    ['api.raygun.com', 'same API under the other domain; also serves the read API'],
    ['cdn.raygun.io', 'SDK script'],
  ]),
  ...rows('crash', 'Airbrake', 'https://docs.airbrake.io/docs/devops-tools/api/', [
    ['notifier-configs.airbrake.io', 'remote configuration of the notifiers'],
    ['api.airbrake.io', 'notices and performance data; also serves the read API'],
  ]),
  ...rows('crash', 'Honeybadger', 'https://docs.honeybadger.io/api/reporting-exceptions/', [
    ['api.honeybadger.io', 'notices and events'],
    ['eu-api.honeybadger.io', 'European region'],
  ]),
  ...rows('crash', 'TrackJS', 'https://docs.trackjs.com/browser-agent/', [
    ['capture.trackjs.com', 'error reports'],
    ['usage.trackjs.com', 'page view counts'],
  ]),
  ...rows('crash', 'Backtrace (Sauce Labs)', 'https://docs.saucelabs.com/error-reporting/', [
    ['submit.backtrace.io', 'crash and minidump submission'],
    ['events.backtrace.io', 'session counts'],
  ]),
  ...rows('crash', 'Instabug (Luciq)', 'https://docs.instabug.com/docs', [
    ['api.instabug.com', 'bug, crash and performance reports'],
    ['monitoring.instabug.com', 'SDK diagnostics'],
  ]),
  ...rows('crash', 'Microsoft App Center', 'https://learn.microsoft.com/appcenter/sdk/', [
    ['in.appcenter.ms', 'analytics and crash ingestion; the service is retired, applications built with the SDK still dial it'],
  ]),
  ...rows('crash', 'Google Firebase Crashlytics', 'https://firebase.google.com/docs/crashlytics', [
    ['crashlyticsreports-pa.googleapis.com', 'crash reports'],
    ['firebase-settings.crashlytics.com', 'SDK settings'],
    ['reports.crashlytics.com', 'crash reports of older SDKs'],
    ['settings.crashlytics.com', 'settings of older SDKs'],
  ]),
  ...rows('analytics', 'Google Analytics', 'https://developers.google.com/analytics/devguides/collection/protocol/ga4', [
    ['www.google-analytics.com', 'Measurement Protocol and gtag'],
    ['ssl.google-analytics.com', 'older collection host'],
    ['google-analytics.com', 'apex of the collection hosts'],
    ['*.google-analytics.com', 'regional collection hosts such as region1'],
  ]),
  ...rows('analytics', 'Google Analytics for Firebase', 'https://firebase.google.com/docs/analytics', [
    ['app-measurement.com', 'application events'],
    ['*.app-measurement.com', 'regional hosts'],
    ['firebaselogging-pa.googleapis.com', 'SDK logging'],
    ['firebaselogging.googleapis.com', 'SDK logging'],
  ]),
  ...rows('analytics', 'Google Tag Manager', 'https://developers.google.com/tag-platform/tag-manager', [
    ['www.googletagmanager.com', 'tag container; loads further trackers'],
    ['googletagmanager.com', 'apex of the container host'],
  ]),
  ...rows('flags', 'Google Firebase Remote Config', 'https://firebase.google.com/docs/remote-config', [
    ['firebaseremoteconfig.googleapis.com', 'configuration fetch that carries an installation id'],
    ['firebaseremoteconfigrealtime.googleapis.com', 'configuration stream'],
  ]),
  ...rows('analytics', 'PostHog', 'https://posthog.com/docs/api', [
    ['us.i.posthog.com', 'events, flags and replay, United States'],
    ['eu.i.posthog.com', 'events, flags and replay, Europe'],
    ['us-assets.i.posthog.com', 'SDK scripts, United States'],
    ['eu-assets.i.posthog.com', 'SDK scripts, Europe'],
    ['app.posthog.com', 'older ingestion host; also the dashboard'],
    ['us.posthog.com', 'dashboard and older ingestion, United States'],
    ['eu.posthog.com', 'dashboard and older ingestion, Europe'],
  ]),
  ...rows('analytics', 'Segment (Twilio)', 'https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/', [
    ['api.segment.io', 'tracking API'],
    ['cdn.segment.com', 'settings and SDK'],
    ['events.eu1.segmentapis.com', 'tracking API, Europe'],
    ['oauth2.segment.io', 'authorisation of the tracking API'],
    ['cdn.segment.io', 'settings and SDK, older host'],
  ]),
  ...rows('analytics', 'Mixpanel', 'https://developer.mixpanel.com/reference/overview', [
    ['api.mixpanel.com', 'events'],
    ['api-js.mixpanel.com', 'events of the browser SDK'],
    ['api-eu.mixpanel.com', 'events, Europe'],
    ['api-in.mixpanel.com', 'events, India'],
    ['decide.mixpanel.com', 'older decision endpoint'],
    ['cdn.mxpnl.com', 'SDK script'],
  ]),
  ...rows('analytics', 'Amplitude', 'https://amplitude.com/docs/apis/analytics/http-v2', [
    ['api.amplitude.com', 'older event endpoint'],
    ['api2.amplitude.com', 'events'],
    ['api.eu.amplitude.com', 'events, Europe'],
    ['cdn.amplitude.com', 'SDK script'],
    ['*.prod.us-west-2.amplitude.com', 'SDK diagnostics'],
    ['*.prod.eu-central-1.amplitude.com', 'SDK diagnostics, Europe'],
  ]),
  ...rows('flags', 'Amplitude Experiment', 'https://amplitude.com/docs/apis/experiment/experiment-evaluation-api', [
    ['api.lab.amplitude.com', 'variant evaluation'],
    ['api.lab.eu.amplitude.com', 'variant evaluation, Europe'],
    ['flag.lab.amplitude.com', 'flag configuration'],
  ]),
  ...rows('replay', 'Amplitude Session Replay', 'https://amplitude.com/docs/session-replay', [
    ['api-sr.amplitude.com', 'recordings'],
    ['api-sr.eu.amplitude.com', 'recordings, Europe'],
    ['sr-client-cfg.amplitude.com', 'configuration'],
    ['sr-client-cfg.eu.amplitude.com', 'configuration, Europe'],
  ]),
  ...rows('flags', 'LaunchDarkly', 'https://launchdarkly.com/docs/sdk/concepts/domain-list', [
    ['events.launchdarkly.com', 'evaluation and usage events: the telemetry part'],
    ['mobile.launchdarkly.com', 'events of mobile and desktop client SDKs'],
    ['stream.launchdarkly.com', 'flag stream of server SDKs'],
    ['clientstream.launchdarkly.com', 'flag stream of client SDKs'],
    ['sdk.launchdarkly.com', 'flag polling of server SDKs'],
    ['clientsdk.launchdarkly.com', 'flag polling of client SDKs'],
    ['app.launchdarkly.com', 'older polling host; also the dashboard'],
  ]),
  ...rows('flags', 'Statsig', 'https://docs.statsig.com/infrastructure/statsig_domains', [
    ['statsigapi.net', 'events and configuration'],
    ['*.statsigapi.net', 'regional and versioned hosts'],
    ['prodregistryv2.org', 'event ingestion under a neutral name'],
    ['*.prodregistryv2.org', 'event ingestion under a neutral name'],
    ['featureassets.org', 'configuration under a neutral name'],
    ['*.featureassets.org', 'configuration under a neutral name'],
    ['api.statsigcdn.com', 'configuration; the SDK finds fallbacks by DNS over HTTPS'],
  ]),
  ...rows('flags', 'Split (Harness)', 'https://help.split.io/hc/en-us/articles/360006954331-How-do-I-allow-Split-to-work-in-my-environment', [
    ['events.split.io', 'events and impressions'],
    ['telemetry.split.io', 'SDK telemetry'],
    ['sdk.split.io', 'flag definitions'],
    ['streaming.split.io', 'flag stream'],
  ]),
  ...rows('flags', 'Optimizely', 'https://docs.developers.optimizely.com/feature-experimentation/docs', [
    ['logx.optimizely.com', 'events'],
    ['cdn.optimizely.com', 'experiment data file and script'],
  ]),
  ...rows('replay', 'LogRocket', 'https://docs.logrocket.com/docs/content-security-policy', [
    ['r.logrocket.io', 'recordings'],
    ['cdn.logrocket.io', 'SDK script'],
    ['cdn.logrocket.com', 'SDK script'],
    ['*.lr-in.com', 'recordings; rotating host under a neutral name'],
    ['*.lr-ingest.com', 'recordings; rotating host under a neutral name'],
    ['*.lr-ingest.io', 'recordings; rotating host under a neutral name'],
    ['*.lr-intake.com', 'recordings; rotating host under a neutral name'],
    ['*.lr-in-prod.com', 'recordings; rotating host under a neutral name'],
    ['*.logr-in.com', 'recordings; rotating host under a neutral name'],
    ['*.logr-ingest.com', 'recordings; rotating host under a neutral name'],
    ['*.lgrckt-in.com', 'recordings; rotating host under a neutral name'],
    ['*.lrkt-in.com', 'recordings; rotating host under a neutral name'],
    ['*.intake-lr.com', 'recordings; rotating host under a neutral name'],
    ['*.ingest-lr.com', 'recordings; rotating host under a neutral name'],
  ]),
  ...rows('replay', 'FullStory', 'https://help.fullstory.com/hc/en-us/articles/360020622854-Can-I-use-Content-Security-Policy-CSP-with-Fullstory', [
    ['rs.fullstory.com', 'recordings'],
    ['edge.fullstory.com', 'SDK script and settings'],
    ['rs.eu1.fullstory.com', 'recordings, Europe'],
    ['edge.eu1.fullstory.com', 'SDK script and settings, Europe'],
  ]),
  ...rows('replay', 'Hotjar (Contentsquare)', 'https://help.hotjar.com/hc/en-us/articles/115011640307-Content-Security-Policies', [
    ['static.hotjar.com', 'SDK script'],
    ['script.hotjar.com', 'SDK script'],
    ['vars.hotjar.com', 'session variables'],
    ['in.hotjar.com', 'recordings'],
    ['ws.hotjar.com', 'recordings over WebSocket'],
    ['*.hotjar.io', 'recordings and surveys'],
  ]),
  ...rows('replay', 'Contentsquare', 'https://docs.contentsquare.com/en/web/', [
    ['t.contentsquare.net', 'SDK script'],
    ['c.contentsquare.net', 'events'],
    ['k.contentsquare.net', 'recordings'],
    ['q.contentsquare.net', 'events'],
  ]),
  ...rows('replay', 'Microsoft Clarity', 'https://learn.microsoft.com/clarity/setup-and-installation/clarity-csp', [
    ['www.clarity.ms', 'SDK script; the same host serves the product site under clarity.microsoft.com'],
    ['*.clarity.ms', 'recordings'],
  ]),
  ...rows('replay', 'Smartlook (Cisco)', 'https://help.smartlook.com/docs/content-security-policy', [
    ['web-sdk.smartlook.com', 'SDK script'],
    ['*.smartlook.cloud', 'recordings and session assignment'],
  ]),
  ...rows('replay', 'Mouseflow', 'https://help.mouseflow.com/en/articles/4268811-mouseflow-and-csp', [
    ['cdn.mouseflow.com', 'SDK script'],
    ['n2.mouseflow.com', 'recordings'],
  ]),
  ...rows('analytics', 'Heap (Contentsquare)', 'https://developers.heap.io/docs/content-security-policy-csp', [
    ['heapanalytics.com', 'events'],
    ['*.heapanalytics.com', 'SDK script and events'],
    ['heap-api.com', 'events'],
    ['*.heap-api.com', 'events'],
    ['*.auryc.com', 'session replay'],
  ]),
  ...rows('analytics', 'Pendo', 'https://support.pendo.io/hc/en-us/articles/360032209131-Content-Security-Policy', [
    ['data.pendo.io', 'events'],
    ['cdn.pendo.io', 'agent script'],
    ['app.pendo.io', 'guides and events; also the dashboard'],
    ['data.eu.pendo.io', 'events, Europe'],
    ['cdn.eu.pendo.io', 'agent script, Europe'],
  ]),
  ...rows('analytics', 'Aptabase', 'https://github.com/aptabase/aptabase-electron', [
    ['us.aptabase.com', 'events, United States; also the dashboard'],
    ['eu.aptabase.com', 'events, Europe; also the dashboard'],
  ]),
  ...rows('analytics', 'RudderStack', 'https://www.rudderstack.com/docs/sources/event-streams/sdks/', [
    ['hosted.rudderlabs.com', 'default data plane'],
    ['*.dataplane.rudderstack.com', 'hosted data planes'],
    ['api.rudderlabs.com', 'source configuration'],
    ['api.rudderstack.com', 'source configuration'],
    ['cdn.rudderlabs.com', 'SDK script'],
  ]),
  ...rows('analytics', 'Plausible', 'https://plausible.io/docs/events-api', [
    ['plausible.io', 'event endpoint /api/event and script; the apex is also the product site'],
  ]),
  ...rows('analytics', 'TelemetryDeck', 'https://telemetrydeck.com/docs/ingest/v2/', [
    ['nom.telemetrydeck.com', 'signals'],
  ]),
  ...rows('analytics', 'Fathom', 'https://usefathom.com/docs/script/script-settings', [
    ['cdn.usefathom.com', 'script and page views'],
  ]),
  ...rows('analytics', 'Umami', 'https://umami.is/docs/cloud', [
    ['cloud.umami.is', 'script and events of the hosted service; also its dashboard'],
  ]),
  ...rows('analytics', 'Snowplow', 'https://docs.snowplow.io/docs/sources/', [
    ['*.collector.snplow.net', 'hosted collectors'],
  ]),
  ...rows('analytics', 'Adobe Analytics', 'https://experienceleague.adobe.com/docs/core-services/interface/administration/ec-cookies/cookies-analytics.html', [
    ['*.omtrdc.net', 'collection'],
    ['*.demdex.net', 'identity service'],
    ['edge.adobedc.net', 'Experience Platform edge collection'],
  ]),
  ...rows('analytics', 'Yandex AppMetrica', 'https://appmetrica.yandex.com/docs/', [
    ['report.appmetrica.yandex.net', 'events'],
    ['startup.mobile.yandex.net', 'SDK startup'],
    ['mc.yandex.ru', 'Metrica counter'],
  ]),
  ...rows('analytics', 'AppsFlyer', 'https://support.appsflyer.com/hc/en-us/articles/207032066', [
    ['*.appsflyersdk.com', 'attribution events of newer SDKs'],
  ]),
  ...rows('analytics', 'Adjust', 'https://dev.adjust.com/en/sdk/', [
    ['app.adjust.com', 'attribution events'],
    ['app.adjust.world', 'attribution events, fallback domain'],
    ['app.adjust.net.in', 'attribution events, India'],
  ]),
  ...rows('analytics', 'Branch', 'https://help.branch.io/developers-hub/docs/', [
    ['api2.branch.io', 'attribution events'],
    ['api3.branch.io', 'attribution events'],
    ['cdn.branch.io', 'SDK script and settings'],
  ]),
  ...rows('analytics', 'GameAnalytics', 'https://docs.gameanalytics.com/integrations/rest-api/collector-api/', [
    ['api.gameanalytics.com', 'events'],
  ]),
  ...rows('analytics', 'Unity Analytics', 'https://docs.unity.com/ugs/manual/analytics/manual', [
    ['cdp.cloud.unity3d.com', 'events'],
  ]),
  ...rows('analytics', 'Pusher', 'https://github.com/pusher/pusher-js#enablestats-boolean', [
    ['stats.pusher.com', 'connection statistics of pusher-js; off by default since 7.1 and inside *.pusher.com'],
  ]),
  ...rows('apm', 'Datadog', 'https://docs.datadoghq.com/real_user_monitoring/', [
    ['browser-intake-datadoghq.com', 'real user monitoring and logs'],
    ['*.browser-intake-datadoghq.com', 'real user monitoring and logs, host per product'],
    ['browser-intake-us3-datadoghq.com', 'US3'],
    ['browser-intake-us5-datadoghq.com', 'US5'],
    ['browser-intake-ap1-datadoghq.com', 'AP1'],
    ['browser-intake-datadoghq.eu', 'EU1'],
    ['browser-intake-ddog-gov.com', 'US1-FED'],
    ['www.datadoghq-browser-agent.com', 'SDK script'],
  ]),
  ...rows('apm', 'Datadog', 'https://docs.datadoghq.com/agent/configuration/network/', [
    ['http-intake.logs.datadoghq.com', 'logs'],
    ['http-intake.logs.datadoghq.eu', 'logs, Europe'],
    ['*.logs.datadoghq.com', 'logs, host per product'],
    ['*.logs.datadoghq.eu', 'logs, Europe, host per product; also the telemetry host of the Yarn package manager'],
    ['trace.agent.datadoghq.com', 'traces'],
    ['trace.agent.datadoghq.eu', 'traces, Europe'],
    ['instrumentation-telemetry-intake.datadoghq.com', 'tracer telemetry'],
  ]),
  ...rows('apm', 'New Relic', 'https://docs.newrelic.com/docs/new-relic-solutions/get-started/networks/', [
    ['collector.newrelic.com', 'agents'],
    ['collector.eu.newrelic.com', 'agents, Europe'],
    ['bam.nr-data.net', 'browser monitoring'],
    ['bam.eu01.nr-data.net', 'browser monitoring, Europe'],
    ['bam-cell.nr-data.net', 'browser monitoring'],
    ['otlp.nr-data.net', 'OpenTelemetry'],
    ['csec.nr-data.net', 'security agent'],
    ['mobile-collector.newrelic.com', 'mobile agents'],
    ['mobile-crash.newrelic.com', 'mobile crash reports'],
    ['log-api.newrelic.com', 'logs'],
    ['metric-api.newrelic.com', 'metrics'],
    ['insights-collector.newrelic.com', 'events'],
    ['js-agent.newrelic.com', 'browser agent script'],
  ]),
  ...rows('apm', 'Honeycomb', 'https://docs.honeycomb.io/api/', [
    ['api.honeycomb.io', 'events and OpenTelemetry'],
    ['api.eu1.honeycomb.io', 'events and OpenTelemetry, Europe'],
  ]),
  ...rows('apm', 'Microsoft Application Insights', 'https://learn.microsoft.com/azure/azure-monitor/fundamentals/azure-monitor-network-access', [
    ['dc.services.visualstudio.com', 'global ingestion; used by many Microsoft developer tools'],
    ['dc.applicationinsights.azure.com', 'ingestion'],
    ['dc.applicationinsights.microsoft.com', 'ingestion'],
    ['*.in.applicationinsights.azure.com', 'regional ingestion'],
    ['*.livediagnostics.monitor.azure.com', 'live metrics'],
    ['rt.services.visualstudio.com', 'live metrics, older host'],
    ['js.monitor.azure.com', 'SDK script'],
    ['az416426.vo.msecnd.net', 'SDK script, older host'],
  ]),
  ...rows('apm', 'Dynatrace', 'https://docs.dynatrace.com/docs/observe/digital-experience/rum-concepts/rum-overview', [
    ['*.bf.dynatrace.com', 'real user monitoring beacons'],
  ]),
  ...rows('apm', 'AppDynamics (Splunk)', 'https://docs.appdynamics.com/', [
    ['*.eum-appdynamics.com', 'end user monitoring'],
    ['cdn.appdynamics.com', 'agent script'],
  ]),
  ...rows('apm', 'Splunk Observability', 'https://docs.splunk.com/observability/en/gdi/get-data-in/rum/rum-instrumentation.html', [
    ['rum-ingest.us0.signalfx.com', 'real user monitoring'],
    ['rum-ingest.us1.signalfx.com', 'real user monitoring'],
    ['rum-ingest.us2.signalfx.com', 'real user monitoring'],
    ['rum-ingest.eu0.signalfx.com', 'real user monitoring, Europe'],
    ['ingest.us1.signalfx.com', 'metrics and traces'],
  ]),
  ...rows('apm', 'Elastic APM', 'https://www.elastic.co/docs/solutions/observability/apm', [
    ['telemetry.elastic.co', 'usage telemetry of the Elastic stack'],
    ['telemetry-v3.elastic.co', 'usage telemetry of the Elastic stack'],
  ]),
  ...rows('apm', 'Grafana Cloud', 'https://grafana.com/docs/grafana-cloud/monitor-applications/frontend-observability/', [
    ['stats.grafana.org', 'usage reports of Grafana products'],
  ]),
  ...rows('apm', 'Axiom', 'https://axiom.co/docs/restapi/introduction', [
    ['api.axiom.co', 'event ingestion; also the query API'],
  ]),
  ...rows('apm', 'Loggly (SolarWinds)', 'https://documentation.solarwinds.com/en/success_center/loggly/', [
    ['logs-01.loggly.com', 'log ingestion'],
  ]),
  ...rows('apm', 'Sumo Logic', 'https://help.sumologic.com/docs/api/getting-started/', [
    ['*.collection.sumologic.com', 'log collection; collectors.<region> and endpoint<n> hosts'],
  ]),
  ...rows('analytics', 'Vercel (Next.js)', 'https://nextjs.org/telemetry', [
    ['telemetry.nextjs.org', 'Next.js command line'],
  ]),
  ...rows('analytics', 'Vercel', 'https://vercel.com/docs/cli/about-telemetry', [
    ['telemetry.vercel.com', 'Vercel command line, Turborepo and plug-ins'],
    ['vitals.vercel-insights.com', 'Web Vitals of hosted sites'],
    ['va.vercel-scripts.com', 'Web Analytics script'],
  ]),
  ...rows('analytics', 'Astro', 'https://astro.build/telemetry/', [
    ['telemetry.astro.build', 'Astro command line'],
  ]),
  ...rows('analytics', 'Nuxt', 'https://github.com/nuxt/telemetry', [
    ['telemetry.nuxt.com', 'Nuxt command line'],
  ]),
  ...rows('analytics', 'Gatsby', 'https://www.gatsbyjs.com/docs/telemetry/', [
    ['analytics.gatsbyjs.com', 'Gatsby command line'],
  ]),
  ...rows('analytics', 'Prisma', 'https://www.prisma.io/docs/orm/tools/prisma-cli#telemetry', [
    ['checkpoint.prisma.io', 'usage data together with an update check'],
  ]),
  ...rows('analytics', 'HashiCorp', 'https://developer.hashicorp.com/terraform/cli/commands#upgrade-and-security-bulletin-checks', [
    ['checkpoint-api.hashicorp.com', 'update check that carries a signature of the machine'],
  ]),
  ...rows('analytics', 'Microsoft (Visual Studio Code)', 'https://code.visualstudio.com/docs/configure/telemetry', [
    ['mobile.events.data.microsoft.com', '1DS collector; Visual Studio Code, its extensions and other Microsoft applications'],
    ['us-mobile.events.data.microsoft.com', 'United States region'],
    ['eu-mobile.events.data.microsoft.com', 'European region'],
    ['vortex.data.microsoft.com', 'older collector'],
  ]),
  ...rows('analytics', 'Microsoft (Windows and Office)', 'https://learn.microsoft.com/windows/privacy/manage-windows-11-endpoints', [
    ['browser.events.data.microsoft.com', '1DS collector for browsers and web views'],
    ['self.events.data.microsoft.com', '1DS collector'],
    ['functional.events.data.microsoft.com', 'Windows diagnostic data; on a whole machine usually the operating system'],
    ['v10.events.data.microsoft.com', 'Windows diagnostic data; on a whole machine usually the operating system'],
    ['v20.events.data.microsoft.com', 'Windows diagnostic data; on a whole machine usually the operating system'],
    ['watson.events.data.microsoft.com', 'Windows error reports'],
    ['umwatson.events.data.microsoft.com', 'Windows error reports'],
    ['nexus.officeapps.live.com', 'Office telemetry'],
    ['telemetry.microsoft.com', 'older collector'],
    ['*.telemetry.microsoft.com', 'older collectors'],
    ['browser.pipe.aria.microsoft.com', 'Aria collector'],
    ['*.pipe.aria.microsoft.com', 'Aria collectors by region'],
  ]),
  ...rows('analytics', 'GitHub Copilot', 'https://docs.github.com/en/copilot/reference/copilot-allowlist-reference', [
    ['copilot-telemetry.githubusercontent.com', 'suggestion and usage events'],
    ['telemetry.individual.githubcopilot.com', 'usage events, individual plan'],
    ['telemetry.business.githubcopilot.com', 'usage events, business plan'],
    ['telemetry.enterprise.githubcopilot.com', 'usage events, enterprise plan'],
    ['collector.github.com', 'usage events of GitHub clients'],
  ]),
  ...rows('analytics', 'Mozilla', 'https://docs.telemetry.mozilla.org/', [
    ['incoming.telemetry.mozilla.org', 'Firefox and Glean pings'],
  ]),
  ...rows('crash', 'Mozilla', 'https://crash-stats.mozilla.org/documentation/', [
    ['crash-reports.mozilla.com', 'crash submission'],
  ]),
  ...rows('flags', 'Microsoft (Visual Studio Code)', 'https://code.visualstudio.com/docs/configure/telemetry', [
    ['default.exp-tas.com', 'experiment assignment'],
  ]),
  ...rows('crash', 'Apple', 'https://support.apple.com/101555', [
    ['xp.apple.com', 'metrics of Apple frameworks; on a whole machine usually the operating system'],
    ['radarsubmissions.apple.com', 'diagnostics submission'],
  ]),
  ...rows('ads', 'Google Ads', 'https://support.google.com/google-ads/answer/7548399', [
    ['www.googleadservices.com', 'conversion tracking'],
    ['googleads.g.doubleclick.net', 'ad requests and remarketing'],
    ['stats.g.doubleclick.net', 'audience statistics'],
    ['pagead2.googlesyndication.com', 'ad requests'],
    ['securepubads.g.doubleclick.net', 'ad requests'],
  ]),
  ...rows('ads', 'Meta', 'https://developers.facebook.com/docs/meta-pixel/', [
    ['connect.facebook.net', 'pixel and SDK script; also the login SDK'],
  ]),
  ...rows('ads', 'LinkedIn', 'https://www.linkedin.com/help/lms/answer/a489169', [
    ['px.ads.linkedin.com', 'conversion pixel'],
    ['snap.licdn.com', 'tag script'],
  ]),
  ...rows('ads', 'Microsoft Advertising', 'https://help.ads.microsoft.com/apex/index/3/en/56682', [
    ['bat.bing.com', 'conversion events'],
  ]),
  ...rows('ads', 'Reddit', 'https://business.reddithelp.com/s/article/reddit-pixel', [
    ['alb.reddit.com', 'pixel events'],
  ]),
  ...rows('ads', 'TikTok', 'https://ads.tiktok.com/help/article/tiktok-pixel', [
    ['analytics.tiktok.com', 'pixel script and events'],
  ]),
  ...rows('analytics', 'Braze', 'https://www.braze.com/docs/user_guide/administrative/access_braze/sdk_endpoints/', [
    ['sdk.iad-01.braze.com', 'engagement events, one instance'],
    ['sdk.fra-01.braze.eu', 'engagement events, one instance'],
    ['*.appboy.com', 'older engagement hosts'],
  ]),
  ...rows('analytics', 'CleverTap', 'https://developer.clevertap.com/docs', [
    ['*.clevertap-prod.com', 'engagement events'],
  ]),
  ...rows('analytics', 'Customer.io', 'https://docs.customer.io/api/track/', [
    ['track.customer.io', 'events'],
    ['track-eu.customer.io', 'events, Europe'],
  ]),
  ...rows('analytics', 'Cloudflare Web Analytics', 'https://developers.cloudflare.com/web-analytics/', [
    ['static.cloudflareinsights.com', 'beacon script'],
    ['cloudflareinsights.com', 'beacons'],
  ]),
  ...rows('analytics', 'Stripe', 'https://docs.stripe.com/disputes/prevention/advanced-fraud-detection', [
    ['r.stripe.com', 'client events of Stripe.js'],
    ['q.stripe.com', 'older client events'],
  ]),
  ...rows('analytics', 'Chartbeat', 'https://docs.chartbeat.com/', [
    ['ping.chartbeat.net', 'page pings'],
    ['static.chartbeat.com', 'script'],
  ]),
  ...rows('analytics', 'comScore', 'https://www.comscore.com/', [
    ['sb.scorecardresearch.com', 'page and application events'],
    ['b.scorecardresearch.com', 'page and application events'],
  ]),
  ...rows('analytics', 'Quantcast', 'https://www.quantcast.com/', [
    ['pixel.quantserve.com', 'page events'],
    ['secure.quantserve.com', 'script'],
  ]),
  ...rows('analytics', 'Kissmetrics', 'https://support.kissmetrics.io/', [
    ['trk.kissmetrics.io', 'events'],
    ['trk.kissmetrics.com', 'events, older domain'],
  ]),
  ...rows('analytics', 'Scarf', 'https://docs.scarf.sh/', [
    ['static.scarf.sh', 'documentation pixels'],
    ['scarf.sh', 'package install reports; the apex is also the product site'],
  ]),
];

function rows(
  kind: TelemetryClass,
  organisation: string,
  source: string,
  hosts: readonly (readonly [pattern: string, note: string])[],
): readonly TelemetryHost[] {
  return hosts.map(([pattern, note]) => ({ pattern, class: kind, organisation, source, date: READ, note }));
}

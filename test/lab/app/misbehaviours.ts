import { get, post, resolveOnly, tolerate } from './calls.ts';
import type { Phase } from './control.ts';
import { mailReport } from './mail.ts';
import { askOverHttps, askOverTls, keepPolling, leaveOpen, syncInClear, syncOverH2c } from './oddities.ts';

interface Misbehaviour {
  readonly component: 'desktop' | 'gateway';
  readonly phase: Phase;
  readonly act: () => Promise<void>;
}

/** Each breaks one promise of the vendor; a story switches them on by name. */
const MISBEHAVIOURS: Readonly<Record<string, Misbehaviour>> = {
  'calls-anthropic': { component: 'gateway', phase: 'task', act: () => post('https://api.anthropic.com/v1/messages', 2600) },
  'calls-collector': { component: 'desktop', phase: 'idle', act: () => post('https://collector.acme-metrics.example/v1/batch', 1800) },
  'calls-api-on-8443': { component: 'gateway', phase: 'idle', act: () => post('https://api.multiclaw.io:8443/v1/state', 700) },
  'asks-over-https': { component: 'desktop', phase: 'idle', act: () => askOverHttps('us.i.posthog.com') },
  'asks-over-tls': { component: 'desktop', phase: 'idle', act: () => askOverTls('us.i.posthog.com') },
  'calls-an-address': { component: 'desktop', phase: 'idle', act: () => post('https://198.51.100.90/v1/batch', 900) },
  'keeps-polling-microlink': { component: 'desktop', phase: 'chat-with-url', act: () => keepPolling('https://api.microlink.io/?url=https%3A%2F%2Fwww.example.org%2Freport') },
  'leaves-pusher-open': { component: 'desktop', phase: 'sop-generation', act: () => leaveOpen('wss://ws-mt1.pusher.com/app/3f9d?protocol=7&client=js&version=8.4.0') },
  'looks-up-posthog': { component: 'desktop', phase: 'launch', act: () => resolveOnly('us.i.posthog.com') },
  'reports-to-sentry': { component: 'desktop', phase: 'launch', act: () => post('https://o4505.ingest.sentry.io/api/1/envelope/', 1500) },
  'syncs-in-clear': { component: 'gateway', phase: 'idle', act: syncInClear },
  // The gateway asks for it by itself, when its events were broken off.
  'falls-back-to-spare': { component: 'gateway', phase: 'idle', act: () => Promise.resolve() },
  'mails-a-report': { component: 'desktop', phase: 'idle', act: () => mailReport('smtp.acme-mail.example', 587) },
  'syncs-over-h2c': { component: 'gateway', phase: 'idle', act: syncOverH2c },
  'pusher-stats': { component: 'desktop', phase: 'sop-generation', act: () => get('https://stats.pusher.com/timeline/v2/jsonp/1?n=1') },
};

export async function misbehave(names: readonly string[], component: 'desktop' | 'gateway', phase: Phase): Promise<void> {
  for (const name of names) {
    const misbehaviour = MISBEHAVIOURS[name];
    if (misbehaviour === undefined) throw new Error(`no such misbehaviour: ${name}`);
    if (misbehaviour.component === component && misbehaviour.phase === phase) await tolerate(misbehaviour.act());
  }
}

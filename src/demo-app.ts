/** The demo's app as a program: what `egret demo` starts through its proxy. Beside main.ts the only file that touches `process`. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { DESKTOP_TITLE, GATEWAY_WORD, playApp } from './edge/demo/app.ts';

const words = process.argv.slice(2);
const orphaned = (): void => process.exit(1);
if (!words.includes(GATEWAY_WORD)) process.title = DESKTOP_TITLE;
process.on('disconnect', orphaned);
process.exitCode = await playApp(words, { env: process.env, file: fileURLToPath(import.meta.url), complain: (text) => void process.stderr.write(`${text}\n`) });
// The channel to the desktop app would keep the gateway alive.
process.off('disconnect', orphaned);
if (process.connected) process.disconnect();

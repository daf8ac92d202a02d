/** Says a mark to a run that listens, and brings its answer. */
import { connect } from 'node:net';
import { LINE_CAP, LINE_WAIT, parseAnswer, type MarkAnswer, type MarkWish } from './words.ts';

/** The run's answer; undefined when nobody listens there any more. */
export function sendMark(socket: string, wish: MarkWish): Promise<MarkAnswer | undefined> {
  return new Promise((done) => {
    let text = '';
    const server = connect(socket);
    const finish = (answer: MarkAnswer | undefined): void => {
      server.destroy();
      done(answer);
    };
    server.setEncoding('utf8');
    server.setTimeout(LINE_WAIT, () => finish(SILENT));
    server.on('connect', () => server.write(`${JSON.stringify(wish)}\n`));
    server.on('data', (piece: string) => {
      text += piece;
      const end = text.indexOf('\n');
      if (end >= 0) finish(parseAnswer(text.slice(0, end)) ?? STRANGE);
      else if (text.length > LINE_CAP) finish(STRANGE);
    });
    server.on('error', () => finish(undefined));
    server.on('close', () => finish(undefined));
  });
}

/** Whether somebody listens there: a run that was killed leaves its socket behind. */
export function isListening(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const server = connect(socket);
    const finish = (answer: boolean): void => {
      server.destroy();
      done(answer);
    };
    server.setTimeout(LINE_WAIT, () => finish(false));
    server.on('connect', () => finish(true));
    server.on('error', () => finish(false));
  });
}

/** Whether it is certain that nobody will ever listen there again; a run that is only busy is none of these. */
export function isAbandoned(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const server = connect(socket);
    const finish = (answer: boolean): void => {
      server.destroy();
      done(answer);
    };
    server.on('connect', () => finish(false));
    server.on('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ECONNREFUSED'));
  });
}

const SILENT: MarkAnswer = { done: false, said: 'the run does not answer', help: 'it may be stopped or busy; try again' };
const STRANGE: MarkAnswer = { done: false, said: 'what listens there does not speak as egret does', help: 'use the same version of egret for the run and for egret mark' };

/** Controls but the line feed, bidirectional and invisible characters, tags, lone surrogates: nothing that egret prints may hold one. */
export const UNSAFE: RegExp = /[^\P{C}\n]|[\u2028\u2029\u115f\u1160\u3164\uffa0\u2800]/u;

/**
 * How much of a name reads like encoded data. Takes a name in seen form, gives
 * characters; knows no dictionary, so words that were chosen to carry data pass.
 */

/** Characters of `labels`, the part of a name below a domain, that stand in long runs like those of hex, base32 and base64. */
export function encodedLength(labels: string): number {
  let sum = 0;
  for (const run of labels.split(SEPARATORS)) if (isEncoded(run)) sum += run.length;
  return sum;
}

/** Long, with many different characters, and digits or few vowels, as no word of a language has. */
function isEncoded(run: string): boolean {
  if (run.length < LEAST_RUN) return false;
  // Bytes that no host name holds are written as three digits each.
  if (run.includes('\\')) return true;
  const counts = new Map<string, number>();
  let digits = 0;
  let vowels = 0;
  for (const char of run) {
    counts.set(char, (counts.get(char) ?? 0) + 1);
    if (char >= '0' && char <= '9') digits++;
    else if (VOWELS.has(char)) vowels++;
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / run.length) * Math.log2(count / run.length);
  return bits >= LEAST_BITS && (digits >= run.length * DIGITS_SHARE || vowels <= run.length * VOWELS_SHARE);
}

/** Dots, and what words and identifiers are joined by. */
const SEPARATORS = /[.\-_]/;
const VOWELS: ReadonlySet<string> = new Set(['a', 'e', 'i', 'o', 'u']);
/** Identifiers of clouds and the groups of a UUID are shorter; less would hardly carry data. */
const LEAST_RUN = 16;
/** Shannon entropy in bits a character: random hex of this length has 3.2 and more, repeated patterns less. */
const LEAST_BITS = 2.8;
/** Hex has 62 % digits, base32 19 %, base64 16 %; host names of people few. */
const DIGITS_SHARE = 0.08;
/** English has 38 %, German 36 %; random letters 19 % and less. */
const VOWELS_SHARE = 0.2;

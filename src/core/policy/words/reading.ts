/** Outcome of reading one word of the language: its value, or what is wrong and what to write instead. */
export type Reading<T> = { readonly ok: true; readonly value: T } | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly message: string;
  readonly help: string;
}

export function accepted<T>(value: T): Reading<T> {
  return { ok: true, value };
}

export function refused(message: string, help: string): Refusal {
  return { ok: false, message, help };
}

/** What every chat request to the tiny model is answered with, to the last character (it begins with a space). */
export const KNOWN_ANSWER: string;
/** How many tokens the answer has, the end-of-text token included. */
export const KNOWN_TOKENS: number;
/** Writes the model; the same options give the same file (default 0.6 MB). See tiny-model.mjs for sizes. */
export function makeTinyModel(
  out: string,
  options?: { embd?: number; ff?: number; layers?: number; ctx?: number; name?: string },
): { bytes: number };

/** The question that is being written: it outlives a reload or a crash of the page. */
const KEY = 'stackyard.prompt';

export function keptPrompt(): string {
  return globalThis.localStorage?.getItem(KEY) ?? '';
}

export function keepPrompt(text: string): void {
  try {
    if (text === '') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch {
    // full or forbidden: the text is then lost by a reload, nothing worse
  }
}

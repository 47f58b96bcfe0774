/** An engine's JSON error as one line; empty when it is none. */
export function oneLineError(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'error' in parsed ? JSON.stringify(parsed) : '';
  } catch {
    return '';
  }
}

/** The message of an engine's error body, or the beginning of whatever it sent. */
export function errorText(text: string): string {
  try {
    const message = (JSON.parse(text) as { error?: { message?: unknown } })?.error?.message;
    if (typeof message === 'string') return message;
  } catch {
    // No JSON: its beginning says enough.
  }
  return text.trim().slice(0, 200) || 'no text';
}

/** llama-server's 503 while the model is being read: not a failure, but a reason to wait (recorded). */
export const saysLoading = (text: string): boolean => /"message"\s*:\s*"Loading model"/i.test(text);

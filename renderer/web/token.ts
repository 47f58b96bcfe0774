/** The token of this start: it comes in the fragment, which no server sees, and is kept for this tab. */
import { TOKEN_FRAGMENT } from '../../shared/contract/ui.ts';

const KEY = 'stackyard.token';

/** Takes a token out of the address, so that it is in no history and no bookmark; whether there was one. */
export function keepToken(page: Pick<Window, 'location' | 'history' | 'sessionStorage'> = window): boolean {
  const fragment = page.location.hash.replace(/^#/, '');
  if (!fragment.startsWith(TOKEN_FRAGMENT)) return false;
  page.sessionStorage.setItem(KEY, fragment.slice(TOKEN_FRAGMENT.length));
  page.history.replaceState(null, '', `${page.location.pathname}#/`);
  return true;
}

/** The token that this tab was opened with; `null` when it was opened without one. */
export const keptToken = (): string | null => sessionStorage.getItem(KEY);

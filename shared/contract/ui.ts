/** What the page in a browser and the router agree on beyond HTTP. */

/** Where the page's line to the host begins. */
export const LINE_PATH = '/ws';

/**
 * Spoken over that line: the lines of the control socket after the greeting, in frames that begin and end anywhere. A browser
 * can send no header of its own with a WebSocket, but it can offer protocols: the second one it offers carries the token, so
 * that it is in no URL and in no log.
 */
export const LINE_PROTOCOL = 'stackyard.lines.1';
export const TOKEN_PROTOCOL_PREFIX = 'stackyard.token.';

/** The fragment with which the page is opened: `#token=…`. */
export const TOKEN_FRAGMENT = 'token=';

/** Longest message over the line, bytes: as long as the longest line that the host takes. */
export const LONGEST_MESSAGE = 8 * 1024 * 1024 + 1;

/** What a page may do beyond showing itself: ours may reach this machine, and that is all. */
import { isOurs } from './identity.ts';

/**
 * Names under which Chromium asks before a page may reach the loopback: the second since 136, the first since 145. It is
 * also the name for the whole LAN in between; the page's content security policy keeps the grant narrow. `local-network` is
 * never granted.
 */
const LOOPBACK: ReadonlySet<string> = new Set(['loopback-network', 'local-network-access']);

export interface PermissionQuestion {
  /** A plain string: newer names are missing in older types. */
  readonly permission: string;
  /** URL or origin of the frame that asks; may be empty. */
  readonly asker: string | null | undefined;
  readonly isMainFrame: boolean;
}

/** Whether it is granted. The web contents play no part: they may be `null` in a check. */
export const mayHave = ({ permission, asker, isMainFrame }: PermissionQuestion): boolean =>
  LOOPBACK.has(permission) && isMainFrame && isOurs(asker ?? '');

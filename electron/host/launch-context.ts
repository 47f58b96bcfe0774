import { homedir } from 'node:os';
import type { LaunchContext, Prepared } from '../engines/profile.ts';

/** Where an engine is to listen, and what its arguments depend on of this machine. */
export function launchContext(host: string, port: number, prepared?: Prepared): LaunchContext {
  const { platform } = process;
  return {
    host,
    port,
    platform: platform === 'darwin' || platform === 'win32' ? platform : 'linux',
    home: homedir(),
    ...(prepared === undefined ? {} : { prepared }),
  };
}

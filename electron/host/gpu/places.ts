import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { which } from '../which.ts';
import type { GpuPlaces } from './source.ts';

/** This machine. */
export const thisMachine = (env: GpuPlaces['env']): GpuPlaces => ({
  env,
  platform: process.platform,
  sys: '/sys',
  proc: '/proc',
  // ROCm is not on everybody's PATH, WSL's nvidia-smi on nobody's; a service has a short PATH anyway.
  folders: process.platform === 'win32' ? [] : ['/usr/bin', '/usr/local/bin', '/opt/rocm/bin', '/usr/lib/wsl/lib'],
  // "Free" is what can be had without swapping (`MemAvailable`), as libuv reads it on Linux.
  memory: () => ({ total: totalmem(), used: totalmem() - freemem() }),
  patienceMs: 5_000,
});

/** The path of a tool; `null` when there is none. */
export async function findTool(name: string, { env, platform, folders }: GpuPlaces): Promise<string | null> {
  const found = await which(name, env, { platform });
  if (found !== null) return found;
  for (const folder of folders) {
    const path = await which(join(folder, name), env, { platform });
    if (path !== null) return path;
  }
  return null;
}

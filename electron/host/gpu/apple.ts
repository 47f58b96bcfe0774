/** Apple's own GPUs by `ioreg`, a part of macOS. */
import { parseIoreg } from '../../core/gpu/ioreg.ts';
import { nothing } from '../../core/gpu/reading.ts';
import { findTool } from './places.ts';
import type { GpuPlaces, GpuSourceRunner } from './source.ts';
import { askTool } from './tool.ts';

export function appleSource(places: GpuPlaces): GpuSourceRunner {
  return {
    vendor: 'apple',
    rest: () => {},
    async look() {
      const file = await findTool('ioreg', { ...places, folders: [...places.folders, '/usr/sbin'] });
      if (file === null) return nothing('apple', 'absent', null);
      const told = await askTool(file, ['-r', '-c', 'IOGPU', '-d', '1', '-f'], places.patienceMs);
      if (!told.ok) return nothing('apple', 'broken', `ioreg fails: ${told.reason}.`);
      const gpus = parseIoreg(told.stdout, places.memory()?.total ?? null);
      if (gpus.length === 0) return nothing('apple', 'absent', null);
      return { vendor: 'apple', state: 'ok', reason: null, gpus, processes: [] };
    },
  };
}

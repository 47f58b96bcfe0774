import { amdSource } from './amd.ts';
import { appleSource } from './apple.ts';
import { intelSource } from './intel.ts';
import { nvidiaSource } from './nvidia.ts';
import type { GpuPlaces, GpuSourceRunner } from './source.ts';
import { windowsSource } from './windows.ts';

/** Every source that applies to the platform, in the order in which they are told. */
export function gpuSources(places: GpuPlaces): readonly GpuSourceRunner[] {
  if (places.platform === 'darwin') return [appleSource(places)];
  if (places.platform === 'win32') return [nvidiaSource(places), windowsSource(places)];
  return [nvidiaSource(places), amdSource(places), intelSource(places)];
}

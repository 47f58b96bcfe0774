/** Intel's `xpu-smi discovery --json` and `xpu-smi stats -d N --json` (documentation of xpumanager 1.x). */
import { type GpuDevice, gpuId } from '../../../shared/gpu.ts';
import { isRecord, jsonOf, numberOf, textOf } from './values.ts';

const MIB = 1024 ** 2;

/** The cards, without anything that changes; `null` when the text is not what `xpu-smi` prints. */
export function parseXpuDiscovery(text: string): GpuDevice[] | null {
  const json = jsonOf(text);
  if (!isRecord(json) || !Array.isArray(json.device_list)) return null;
  return json.device_list.filter(isRecord).flatMap((device): GpuDevice[] => {
    const index = numberOf(device.device_id);
    if (index === null) return [];
    const bus = textOf(device.pci_bdf_address);
    return [
      {
        vendor: 'intel',
        index,
        uuid: textOf(device.uuid) ?? gpuId('intel', bus, index),
        name: textOf(device.device_name),
        bus,
        utilization: null,
        memory_used: null,
        memory_total: numberOf(device.memory_physical_size_byte),
        temperature: null,
        power: null,
        power_limit: null,
        fan: null,
        unified: false,
      },
    ];
  });
}

/** The card with what `stats` tells of it now. What it does not tell, or tells of its tiles only, stays unknown. */
export function withXpuStats(device: GpuDevice, text: string): GpuDevice {
  const json = jsonOf(text);
  const level = isRecord(json) && Array.isArray(json.device_level) ? json.device_level.filter(isRecord) : [];
  const metric = (name: string): number | null =>
    numberOf(level.find((row) => row.metrics_type === `XPUM_STATS_${name}`)?.value);
  const used = metric('MEMORY_USED');
  return {
    ...device,
    utilization: metric('GPU_UTILIZATION'),
    memory_used: used === null ? null : used * MIB,
    temperature: metric('GPU_CORE_TEMPERATURE'),
    power: metric('POWER'),
  };
}

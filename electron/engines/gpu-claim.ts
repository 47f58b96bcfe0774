/**
 * What in an engine's config says that it works on a graphics card. Flags of llama.cpp (common/arg.cpp), llama-cpp-python
 * (server/settings.py) and vLLM (engine/arg_utils.py) that mean nothing on a processor; nobody else has flags of these names.
 */
import type { EngineConfig } from '../../shared/config/schema.ts';

/** Layers on the card: 0 says the opposite. */
const LAYERS = ['-ngl', '--gpu-layers', '--n-gpu-layers', '--n_gpu_layers'];
const CARDS = [
  '--gpu-memory-utilization',
  '--tensor-parallel-size',
  '-tp',
  '--main-gpu',
  '-mg',
  '--tensor-split',
  '-ts',
];
const OTHERWISE = ['none', 'cpu'];

/** The argument as written, `-ngl 99`; `null` when nothing says so, or something says it works without one. */
export function gpuClaim({ args, env }: Pick<EngineConfig, 'args' | 'env'>): string | null {
  const values = args.flatMap((arg, i) => {
    const at = arg.startsWith('-') ? arg.indexOf('=') : -1;
    const name = at < 0 ? arg : arg.slice(0, at);
    return name.startsWith('-') ? [{ name, value: at < 0 ? (args[i + 1] ?? '') : arg.slice(at + 1) }] : [];
  });
  const of = (names: readonly string[]) => values.filter(({ name }) => names.includes(name)).at(-1);
  const device = of(['--device', '-dev']);
  if (device !== undefined && OTHERWISE.includes(device.value.toLowerCase())) return null;
  const layers = of(LAYERS);
  if (layers !== undefined) return isSome(layers.value) ? `${layers.name} ${layers.value}` : null;
  const cards = of(CARDS);
  if (cards !== undefined) return `${cards.name} ${cards.value}`;
  const variable = env.LLAMA_ARG_N_GPU_LAYERS;
  return variable !== undefined && isSome(variable) ? `LLAMA_ARG_N_GPU_LAYERS=${variable}` : null;
}

/** A number but 0, or `all`. `auto` promises nothing. */
const isSome = (layers: string): boolean => /^(?:-?[1-9]\d*|all)$/.test(layers);

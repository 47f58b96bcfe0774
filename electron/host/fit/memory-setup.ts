import { createHash } from 'node:crypto';
import type { EngineConfig } from '../../../shared/config/schema.ts';

/** Variables by which these engines and their libraries decide where a model goes; none of them holds a secret. */
const TELLING = /^(?:OLLAMA_|LLAMA_ARG_|GGML_|VLLM_|CUDA_|ROCR_|HIP_|HSA_|ZE_|N_|PYTORCH_)/;
const SECRET = /KEY|TOKEN|SECRET|PASSWORD/;

/**
 * What a measured footprint depends on beside model, context and slots, as 12 hex digits: after a change of the arguments a
 * measurement of before tells nothing any more.
 */
export function memorySetup({ kind, command, args, env, model, models_dir, preset }: EngineConfig): string {
  const telling = Object.entries(env)
    .filter(([name]) => TELLING.test(name) && !SECRET.test(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([kind, command, args, telling, model, models_dir, preset]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

import type { EngineKind } from '../../shared/model.ts';
import { litellm } from './litellm.ts';
import { llamaCpp } from './llama-cpp.ts';
import { llamaCppPython } from './llama-cpp-python.ts';
import { ollama } from './ollama.ts';
import { openai } from './openai.ts';
import type { EngineProfile } from './profile.ts';
import { vllm } from './vllm.ts';

/** Every kind's profile. */
export const PROFILES: Readonly<Record<EngineKind, EngineProfile>> = {
  ollama,
  vllm,
  'llama.cpp': llamaCpp,
  'llama-cpp-python': llamaCppPython,
  litellm,
  openai,
};

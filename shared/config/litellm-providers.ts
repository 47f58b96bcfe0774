/**
 * Where a LiteLLM provider's server is and which kind of engine that makes here. Addresses are those that LiteLLM 1.106.2 itself
 * asks; a provider that speaks no OpenAI protocol under its own address is not in the list.
 */

export interface Provider {
  readonly kind: 'ollama' | 'vllm' | 'openai';
  /** Base before `/chat/completions`; for ollama the root. `null`: an `api_base` is needed. */
  readonly base: string | null;
  /** The variable that LiteLLM reads when the entry has no `api_key`. */
  readonly key: string | null;
}

/** By what stands before the first `/` of `model`. */
export const CARRIED_PROVIDERS: ReadonlyMap<string, Provider> = new Map<string, Provider>([
  ['ollama', { kind: 'ollama', base: 'http://localhost:11434', key: null }],
  ['ollama_chat', { kind: 'ollama', base: 'http://localhost:11434', key: null }],
  ['hosted_vllm', { kind: 'vllm', base: null, key: null }],
  ['lm_studio', own()],
  ['llamafile', { kind: 'openai', base: 'http://127.0.0.1:8080/v1', key: null }],
  ['openai', { kind: 'openai', base: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY' }],
  ['openai_like', own()],
  ['custom_openai', own()],
  ['text-completion-openai', { kind: 'openai', base: 'https://api.openai.com/v1', key: 'OPENAI_API_KEY' }],
  ['litellm_proxy', own()],
  ['anthropic', { kind: 'openai', base: 'https://api.anthropic.com/v1', key: 'ANTHROPIC_API_KEY' }],
  ['groq', { kind: 'openai', base: 'https://api.groq.com/openai/v1', key: 'GROQ_API_KEY' }],
  ['mistral', { kind: 'openai', base: 'https://api.mistral.ai/v1', key: 'MISTRAL_API_KEY' }],
  ['deepseek', { kind: 'openai', base: 'https://api.deepseek.com/beta', key: 'DEEPSEEK_API_KEY' }],
  ['openrouter', { kind: 'openai', base: 'https://openrouter.ai/api/v1', key: 'OPENROUTER_API_KEY' }],
  ['together_ai', { kind: 'openai', base: 'https://api.together.ai/v1', key: 'TOGETHERAI_API_KEY' }],
  ['fireworks_ai', { kind: 'openai', base: 'https://api.fireworks.ai/inference/v1', key: 'FIREWORKS_AI_API_KEY' }],
  ['perplexity', { kind: 'openai', base: 'https://api.perplexity.ai', key: 'PERPLEXITYAI_API_KEY' }],
  ['xai', { kind: 'openai', base: 'https://api.x.ai/v1', key: 'XAI_API_KEY' }],
  ['cerebras', { kind: 'openai', base: 'https://api.cerebras.ai/v1', key: 'CEREBRAS_API_KEY' }],
  ['nvidia_nim', { kind: 'openai', base: 'https://integrate.api.nvidia.com/v1', key: 'NVIDIA_NIM_API_KEY' }],
  ['deepinfra', { kind: 'openai', base: 'https://api.deepinfra.com/v1/openai', key: 'DEEPINFRA_API_KEY' }],
  ['sambanova', { kind: 'openai', base: 'https://api.sambanova.ai/v1', key: 'SAMBANOVA_API_KEY' }],
]);

/** The provider of a name that LiteLLM's price list knows without one. */
export function familyOf(model: string): string | null {
  if (/^(?:gpt-|chatgpt-|o\d(?:-|$)|ft:|text-embedding|dall-e|whisper|tts-)/i.test(model)) return 'openai';
  return /^claude-/i.test(model) ? 'anthropic' : null;
}

function own(): Provider {
  return { kind: 'openai', base: null, key: null };
}

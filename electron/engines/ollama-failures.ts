import { PERMISSION_FAILURE, SYSTEM_FAILURES } from './common-failures.ts';
import { GGUF_FAILURES } from './llama-cpp-failures.ts';
import type { KnownFailure } from './profile.ts';

/** `ollama serve`, from its sources and reports. A model that can't be loaded ends a runner, not the server. */
export const OLLAMA_FAILURES: readonly KnownFailure[] = [
  {
    code: 'port_busy',
    // Go's net.Listen on Linux, macOS and Windows
    pattern: /listen tcp (\S+): bind: (?:address already in use|Only one usage of each socket address)/,
    message: 'Ollama could not listen on $1.',
    hint: 'Another Ollama may run already: with `mode: auto` it is used instead of starting one.',
  },
  {
    code: 'permission_denied',
    pattern: /Error: mkdir ([^:\n]+): permission denied/,
    message: 'Ollama may not make its model folder: $1.',
    hint: 'Let your user write there and enter every folder above it, or set `OLLAMA_MODELS` in the engine’s `env`.',
  },
  {
    code: 'unknown_argument',
    // cobra
    pattern: /Error: unknown (?:flag: |shorthand flag: |command )("?[^\n]+)/,
    message: 'Ollama does not know $1.',
    hint: 'Compare `args` with `ollama serve --help`; Ollama is set up by its environment.',
  },
  {
    code: 'out_of_memory',
    pattern: /model requires more system memory \(([^)]+)\) than is available \(([^)]+)\)/,
    message: 'The model needs $1 of memory, and $2 are free.',
    hint: 'Unload another model, or take a smaller one.',
  },
  ...GGUF_FAILURES,
  ...SYSTEM_FAILURES,
  {
    code: 'load_failed',
    pattern: /llama runner (?:process has terminated|exited)[:,]? ?([^"\n]*)/,
    message: 'The process that Ollama runs for the model ended: $1',
    hint: 'Its log has the reason, mostly memory. Updating Ollama may help.',
  },
  PERMISSION_FAILURE,
];

import { GGUF_FAILURES } from './llama-cpp-failures.ts';
import type { KnownFailure } from './profile.ts';
import { PYTHON_FAILURES } from './python-failures.ts';

/** llama-cpp-python's own words; below them are llama.cpp's, which it prints unless told to be quiet. */
export const LLAMA_CPP_PYTHON_FAILURES: readonly KnownFailure[] = [
  {
    code: 'model_file_missing',
    pattern: /ValueError: Model path does not exist: ([^\n]+)/,
    message: 'The model file $1 does not exist.',
    hint: 'Check `model` and its path.',
  },
  ...GGUF_FAILURES,
  {
    code: 'library_missing',
    pattern: /Shared library with base name '([^']+)' not found|Failed to load shared library '([^']+)'/,
    message: 'llama-cpp-python lacks its own library, $1$2: it was not built for this machine.',
    hint: 'Reinstall llama-cpp-python with `--force-reinstall --no-cache-dir`.',
  },
  ...PYTHON_FAILURES,
  {
    code: 'model_file_broken',
    pattern: /ValueError: Failed to load model from file: ([^\n]+)/,
    message: 'The model could not be loaded: $1.',
    hint: 'It may be damaged, too big for the memory, or newer than this llama-cpp-python.',
  },
];

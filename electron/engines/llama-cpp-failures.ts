import { COMMON_FAILURES } from './common-failures.ts';
import type { KnownFailure } from './profile.ts';

/** llama-server exits 1 whatever happened; the lines are from recorded runs, but where said otherwise. */
export const LLAMA_CPP_FAILURES: readonly KnownFailure[] = [
  {
    code: 'model_file_missing',
    pattern: /failed to open GGUF file '([^']+)' \(No such file or directory\)/,
    message: 'The model file $1 does not exist.',
    hint: 'Check `model` and its path.',
  },
  {
    code: 'permission_denied',
    pattern: /failed to open GGUF file '([^']+)' \(Permission denied\)/,
    message: 'The model file $1 may not be read.',
    hint: 'Change its permissions, or run Stackyard as a user who may read it.',
  },
  {
    code: 'model_file_broken',
    pattern: /invalid magic characters: '[^']*', expected 'GGUF'/,
    message: 'The model file is not a GGUF file.',
    hint: 'Check `model`; a download that failed often leaves a web page under the model’s name.',
  },
  {
    code: 'model_file_broken',
    pattern: /this GGUF file is version \d+ but this software only supports up to version \d+/,
    message: 'The model file is damaged, or newer than this llama-server can read.',
    hint: 'Download it again, or update llama.cpp.',
  },
  {
    code: 'unknown_argument',
    pattern: /error: invalid argument: (\S+)/,
    message: 'llama-server does not know the argument $1.',
    hint: 'Compare `args` with `llama-server --help`: arguments come and go between builds.',
  },
  {
    code: 'unknown_argument',
    // common/arg.cpp, not recorded
    pattern: /error while handling argument "([^"]+)": ([^\n]+)/,
    message: 'llama-server does not accept the value of $1: $2.',
    hint: 'Compare `args` with `llama-server --help`.',
  },
  {
    code: 'port_in_use',
    pattern: /couldn't bind HTTP server socket, hostname: (\S+), port: (\d+)/,
    message: 'llama-server could not listen on $1:$2.',
    hint: 'Stop the port’s holder, or give the engine another `port`.',
  },
  {
    code: 'out_of_memory',
    pattern: /insufficient memory \(attempted to allocate ([\d.]+ MB)\)/,
    message: 'There is not enough memory: $1 were asked for at once.',
    hint: 'Unload another model, or take a smaller quantisation or context (`-c`).',
  },
  {
    code: 'out_of_memory',
    // the first recorded on the CPU; CUDA's and other backends' from their sources
    pattern:
      /failed to allocate (?:\S+ )*buffer|cudaMalloc failed: out of memory|unable to allocate \S+ buffer|failed to allocate compute/i,
    message: 'There is not enough memory for this model.',
    hint: 'Unload another model, take a smaller quantisation or context (`-c`), or put fewer layers on the GPU (`-ngl`).',
  },
  ...COMMON_FAILURES,
  {
    code: 'model_file_broken',
    pattern: /error loading model: ([^\n]+)/,
    message: 'llama-server could not load the model: $1.',
    hint: 'Download the file again, or update llama.cpp if the model is newer than it.',
  },
];

import { PERMISSION_FAILURE, SYSTEM_FAILURES } from './common-failures.ts';
import type { KnownFailure } from './profile.ts';

const BROKEN = 'Download it again.';

/** What llama.cpp's own loader says of model files and memory; also inside of llama-cpp-python and Ollama's runners. */
export const GGUF_FAILURES: readonly KnownFailure[] = [
  {
    code: 'model_file_missing',
    pattern: /failed to open (?:GGUF file )?'([^']+)'(?:: | \()No such file or directory/,
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
    code: 'model_unsupported',
    pattern: /this GGUF file is version (\d+) but this software only supports up to version (\d+)/,
    message: 'The model file has format version $1, and this engine reads up to version $2.',
    hint: 'Update the engine.',
  },
  {
    code: 'model_unsupported',
    pattern: /GGUFv1 is no longer supported/,
    message: 'The model file has the first version of its format, which engines no longer read.',
    hint: 'Download the model in a present version.',
  },
  {
    code: 'model_unsupported',
    pattern: /error loading model: unknown model architecture: '([^']+)'/,
    message: 'This engine does not know models of the kind “$1”.',
    hint: 'Update the engine: the model is newer than it.',
  },
  {
    code: 'model_file_broken',
    pattern: /gguf_init_from_\w+: failed to read (?:magic|header|key-value pairs|tensor (?:info|data))/,
    message: 'The model file ends too early or is damaged.',
    hint: BROKEN,
  },
  {
    code: 'model_file_broken',
    pattern: /tensor '[^']+' data is not within the file bounds/,
    message: 'The model file was cut short: part of its weights is missing.',
    hint: BROKEN,
  },
  {
    code: 'out_of_memory',
    pattern:
      /cudaMalloc failed: out of memory|CUDA error: out of memory|unable to allocate (?:CUDA|ROCm|Vulkan|Metal)\S* buffer/,
    message: 'There is not enough GPU memory for this model.',
    hint: 'Unload another model, take a smaller quantisation or context, or put fewer layers on the GPU (`-ngl`).',
  },
  {
    code: 'out_of_memory',
    pattern: /insufficient memory \(attempted to allocate ([\d.]+ MB)\)/,
    message: 'There is not enough memory: $1 were asked for at once.',
    hint: 'Unload another model, or take a smaller quantisation or context (`-c`).',
  },
  {
    code: 'out_of_memory',
    // builds that say no more than this
    pattern:
      /failed to allocate (?:\S+ )?buffer of size \d+|failed to allocate (?:compute buffers|buffer for kv cache)/,
    message: 'There is not enough memory for this model and its context.',
    hint: 'Unload another model, or take a smaller quantisation or context (`-c`).',
  },
];

/** llama-server exits 1 whatever happened: only its lines tell. */
export const LLAMA_CPP_FAILURES: readonly KnownFailure[] = [
  ...GGUF_FAILURES,
  {
    code: 'model_file_missing',
    pattern: /failed to initialize router models: error: '([^']+)' does not exist or is not a directory/,
    message: 'The model folder $1 does not exist.',
    hint: 'Check `models_dir`.',
  },
  {
    code: 'unknown_argument',
    pattern: /error: invalid argument: (\S+)/,
    message: 'llama-server does not know the argument $1.',
    hint: 'Compare `args` with `llama-server --help`: arguments come and go between builds.',
  },
  {
    code: 'cuda_missing',
    pattern: /error while handling argument "(-dev|--device)": invalid device: ([^\n]+)/,
    message: 'llama-server sees no device $2.',
    hint: '`llama-server --list-devices` shows those it sees. For a GPU it needs a build for that GPU, and the driver.',
  },
  {
    code: 'invalid_argument',
    // a number that can't be read is only called by the function that read it
    pattern: /error while handling argument "([^"]+)": sto(?:i|f|l|ul|ll|ull|d)\b/,
    message: 'llama-server can’t read the value of $1 as a number.',
    hint: 'Correct it in `args`.',
  },
  {
    code: 'invalid_argument',
    pattern: /error while handling argument "([^"]+)": (?:error: )?([^\n]+)/,
    message: 'llama-server does not accept the value of $1: $2.',
    hint: 'Compare `args` with `llama-server --help`.',
  },
  {
    code: 'permission_denied',
    // the same words as for a taken port; but a taken one is found before the start
    pattern: /couldn't bind HTTP server socket, hostname: \S+, port: ([1-9]\d{0,2}|10[01]\d|102[0-3])\b/,
    message: 'llama-server could not listen on port $1: ports below 1024 belong to the administrator.',
    hint: 'Give the engine a `port` above 1023.',
  },
  {
    code: 'port_busy',
    pattern: /couldn't bind HTTP server socket, hostname: (\S+), port: (\d+)/,
    message: 'llama-server could not listen on $1:$2.',
    hint: 'Stop the port’s holder, or give the engine another `port`.',
  },
  ...SYSTEM_FAILURES,
  {
    code: 'model_file_broken',
    pattern: /error loading model: ([^\n]+)/,
    message: 'llama-server could not load the model: $1.',
    hint: 'Download the file again, or update llama.cpp if the model is newer than it.',
  },
  PERMISSION_FAILURE,
];

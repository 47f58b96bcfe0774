import { PERMISSION_FAILURE, SYSTEM_FAILURES } from './common-failures.ts';
import type { KnownFailure } from './profile.ts';

/** What Python, its argument parsers, PyTorch and the Hugging Face libraries say, for the engines written in it. */
export const PYTHON_FAILURES: readonly KnownFailure[] = [
  {
    code: 'unknown_argument',
    // argparse
    pattern: /error: unrecognized arguments: ([^\n]+)/,
    message: 'The engine does not know the arguments $1.',
    hint: 'Compare `args` with the engine’s own `--help`.',
  },
  {
    code: 'invalid_argument',
    // argparse: `argument --port: invalid int value: 'x'`, `argument -m: expected one argument`
    pattern: /error: argument ([^:\n]+): ([^\n]+)/,
    message: 'The engine does not accept the argument $1: $2.',
    hint: 'Compare `args` with the engine’s own `--help`.',
  },
  {
    code: 'unknown_argument',
    // click
    pattern: /Error: No such option:? '?([^\s'.]+)/,
    message: 'The engine does not know the argument $1.',
    hint: 'Compare `args` with the engine’s own `--help`.',
  },
  {
    code: 'invalid_argument',
    // click
    pattern: /Error: (?:Invalid value for|Option) '([^'\n]+)'(?::| )([^\n]+)/,
    message: 'The engine does not accept the argument $1: $2',
    hint: 'Compare `args` with the engine’s own `--help`.',
  },
  {
    code: 'cuda_missing',
    pattern: /Torch not compiled with CUDA enabled/,
    message: 'The PyTorch of this environment was built without CUDA.',
    hint: 'Install PyTorch’s build for CUDA in the engine’s environment.',
  },
  {
    code: 'cuda_missing',
    pattern: /The NVIDIA driver on your system is too old \(found version (\d+)\)/,
    message: 'The NVIDIA driver is too old for this PyTorch: it supports CUDA up to $1.',
    hint: 'Update the driver, or install PyTorch’s build for an older CUDA.',
  },
  {
    code: 'cuda_missing',
    pattern: /Found no NVIDIA driver on your system|No CUDA GPUs are available/,
    message: 'No usable NVIDIA GPU was found.',
    hint: 'Check that `nvidia-smi` lists the GPU, and `CUDA_VISIBLE_DEVICES` in the engine’s `env`.',
  },
  {
    code: 'out_of_memory',
    pattern: /CUDA out of memory\. Tried to allocate ([\d.]+ [KMGT]iB)/,
    message: 'There is not enough GPU memory: $1 more were asked for.',
    hint: 'Unload something, or take a smaller or quantised model, or a shorter context.',
  },
  {
    code: 'out_of_memory',
    pattern: /CUDA out of memory|torch\.(?:cuda\.)?OutOfMemoryError/,
    message: 'There is not enough GPU memory.',
    hint: 'Unload something, or take a smaller or quantised model, or a shorter context.',
  },
  {
    code: 'model_repo_gated',
    pattern: /Cannot access gated repo for url \S*?huggingface\.co\/([\w.-]+\/[\w.-]+)\//,
    message: 'Hugging Face gives $1 only to users who accepted its terms.',
    hint: 'Accept them on the model’s page, then set your token as `HF_TOKEN` in the engine’s `env`.',
  },
  {
    code: 'model_repo_missing',
    pattern: /(?:OSError: )?(\S+) is not a local folder and is not a valid model identifier/,
    message: 'There is no model $1 on Hugging Face, or it is private.',
    hint: 'Check `model`; for a private one set your token as `HF_TOKEN` in the engine’s `env`.',
  },
  {
    code: 'model_repo_missing',
    pattern: /Repository Not Found for url: \S*?huggingface\.co\/(?:api\/models\/)?([\w.-]+\/[\w.-]+)/,
    message: 'There is no model $1 on Hugging Face, or it is private.',
    hint: 'Check `model`; for a private one set your token as `HF_TOKEN` in the engine’s `env`.',
  },
  {
    code: 'download_failed',
    pattern: /We couldn't connect to '([^']+)' to load th/,
    message: 'The model is not on this machine, and $1 can’t be reached.',
    hint: 'Check the connection, or download the model first.',
  },
  {
    code: 'python_wrong',
    pattern: /ModuleNotFoundError: No module named '([^']+)'|: No module named '?([\w.]+)/,
    message: 'The Python that ran has no module $1$2.',
    hint: 'Install the engine in that environment, or set `command` to the program of the right one.',
  },
  ...SYSTEM_FAILURES,
  PERMISSION_FAILURE,
];

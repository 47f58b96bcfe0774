import type { KnownFailure } from './profile.ts';
import { PYTHON_FAILURES } from './python-failures.ts';

/** vLLM's own words, from its sources and reports; its last lines only point at the cause, which stands above them. */
export const VLLM_FAILURES: readonly KnownFailure[] = [
  {
    code: 'out_of_memory',
    pattern:
      /Free memory on device[^(\n]*\(([\d.]+)\/([\d.]+) GiB\)[^\n]* is less than desired GPU memory utilization \(([\d.]+), ([\d.]+) GiB\)/,
    message: 'vLLM wants $4 GiB of GPU memory, $3 of the whole card, and $1 of $2 GiB are free.',
    hint: 'Unload something, or lower `--gpu-memory-utilization` in `args`: it is a share of the whole card, per server.',
  },
  {
    code: 'out_of_memory',
    pattern: /No available memory for the cache blocks/,
    message: 'After the model’s weights no GPU memory is left for its context.',
    hint: 'Unload something, raise `--gpu-memory-utilization` in `args`, or take a smaller or quantised model.',
  },
  {
    code: 'out_of_memory',
    pattern:
      /max seq len \((\d+)\)[^\n]*\(([\d.]+ GiB) KV cache is needed, which is larger than the available KV cache memory \(([\d.]+ GiB)\)(?:[^\n]*estimated maximum model length is (\d+))?/,
    message: 'A context of $1 tokens needs $2 of GPU memory, and $3 are left.',
    hint: 'Lower `--max-model-len` in `args` (vLLM estimates that $4 fit), or raise `--gpu-memory-utilization`.',
  },
  {
    code: 'out_of_memory',
    // before 0.8
    pattern:
      /max seq len \((\d+)\) is larger than the maximum number of tokens that can be stored in KV cache \((\d+)\)/,
    message: 'A context of $1 tokens does not fit into GPU memory: there is room for $2.',
    hint: 'Lower `--max-model-len` in `args`, or raise `--gpu-memory-utilization`.',
  },
  {
    code: 'invalid_argument',
    pattern:
      /User-specified max_model_len \((\d+)\) is greater than the derived max_model_len \(max_position_embeddings=([\d.]+)/,
    message: '`--max-model-len` is $1, and the model was made for $2 tokens.',
    hint: 'Lower `--max-model-len` in `args`.',
  },
  {
    code: 'cuda_missing',
    pattern: /Failed to infer device type/,
    message: 'vLLM found no GPU that it can use.',
    hint: 'Check that `nvidia-smi` lists the GPU, and that this vLLM was built for it.',
  },
  {
    code: 'cuda_missing',
    pattern: /Bfloat16 is only supported on GPUs with compute capability of at least ([\d.]+)/,
    message: 'The GPU is too old for the model’s number format, bfloat16.',
    hint: 'Add `--dtype=half` to `args`.',
  },
  {
    code: 'model_unsupported',
    pattern: /Model architectures \[([^\]]+)\] are not supported/,
    message: 'This vLLM does not know models of the kind $1.',
    hint: 'Update vLLM, or take another model.',
  },
  {
    code: 'model_repo_missing',
    pattern: /Invalid repository ID or local directory specified: '([^']+)'/,
    message: '$1 is neither a model on Hugging Face that can be reached nor a folder with a model.',
    hint: 'Check `model`; a folder must hold a `config.json`.',
  },
  {
    code: 'model_file_missing',
    // a path that does not exist is taken for a name
    pattern: /Repo id must be in the form 'repo_name' or 'namespace\/repo_name': '([^']+)'/,
    message: 'There is no model folder $1.',
    hint: 'Check `model` and its path.',
  },
  ...PYTHON_FAILURES,
];

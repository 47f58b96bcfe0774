import type { KnownFailure } from './profile.ts';
import { PYTHON_FAILURES } from './python-failures.ts';

/** LiteLLM's proxy: mostly Python's and PyYAML's words about its config file, recorded of 1.80. */
export const LITELLM_FAILURES: readonly KnownFailure[] = [
  {
    code: 'engine_config_invalid',
    pattern: /Exception: Config file not found: ([^\n]+)/,
    message: 'LiteLLM’s config file $1 does not exist.',
    hint: 'Check the engine’s `config`.',
  },
  {
    code: 'engine_config_invalid',
    // PyYAML: what it was doing, perhaps what it expected, and the place of either
    pattern:
      /yaml\.\w+\.(?:Scanner|Parser|Composer|Constructor)Error: ([\s\S]{1,300}?)\n +in "([^"]+)", line (\d+), column (\d+)/,
    message: 'LiteLLM’s config $2 is no valid YAML at line $3, column $4: $1.',
    hint: 'Correct that line.',
  },
  {
    code: 'engine_config_invalid',
    pattern: /in get_config\n[\s\S]{0,300}AttributeError: '(\w+)' object has no attribute/,
    message: 'LiteLLM’s config is not a mapping of keys to values.',
    hint: 'It should begin with `model_list:`.',
  },
  {
    code: 'engine_config_invalid',
    pattern: /KeyError: '(litellm_params|model_name|model)'/,
    message: 'An entry of LiteLLM’s `model_list` has no `$1`.',
    hint: 'Add it to that entry of its config.',
  },
  {
    code: 'python_wrong',
    pattern: /Missing dependency No module named '([^']+)'[^\n]*litellm\[proxy\]/,
    message: 'LiteLLM was installed without what its proxy needs: the module $1 is missing.',
    hint: 'Install it with its extra: `pip install "litellm[proxy]"`.',
  },
  ...PYTHON_FAILURES,
];

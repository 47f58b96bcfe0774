import type { KnownFailure } from './profile.ts';

/** What the system, the dynamic loader and Python say, whatever the engine. Tried after an engine's own lines. */
export const COMMON_FAILURES: readonly KnownFailure[] = [
  {
    code: 'port_in_use',
    pattern: /address already in use|EADDRINUSE|Only one usage of each socket address/i,
    message: 'The port is taken.',
    hint: 'Stop its holder, or give the engine another `port`.',
  },
  {
    code: 'out_of_memory',
    pattern: /out of memory|Cannot allocate memory|std::bad_alloc|MemoryError/i,
    message: 'There is not enough memory.',
    hint: 'Unload something, or use a smaller model or context.',
  },
  {
    code: 'spawn_failed',
    pattern: /error while loading shared libraries: ([^:\n]+): ([^\n]+)/,
    message: 'The program lacks the library $1: $2.',
    hint: 'Install the library, or reinstall the engine.',
  },
  {
    code: 'spawn_failed',
    pattern: /ModuleNotFoundError: No module named '([^']+)'/,
    message: 'The Python module $1 is not installed where the engine runs.',
    hint: 'Install it in that environment, or set `command` to the program of the right one.',
  },
  {
    code: 'permission_denied',
    pattern: /Permission denied(?:: ([^\n]+))?|PermissionError/i,
    message: 'The engine was denied access to something it needs.',
    hint: 'The line in its log names it; change its permissions.',
  },
];

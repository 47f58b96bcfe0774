import type { KnownFailure } from './profile.ts';

/** What the system and the dynamic loader say, whatever the engine. Tried after an engine's own lines. */
export const SYSTEM_FAILURES: readonly KnownFailure[] = [
  {
    code: 'port_busy',
    pattern: /address already in use|EADDRINUSE|Only one usage of each socket address/i,
    message: 'The port is taken.',
    hint: 'Stop its holder, or give the engine another `port`.',
  },
  {
    code: 'disk_full',
    pattern: /(?:(\/[^\s:'"]+): )?no space left on device|There is not enough space on the disk/i,
    message: 'The disk is full: the engine could not write what it needs.',
    hint: 'Free some space where its models and caches are, then start it again.',
  },
  {
    code: 'library_missing',
    // glibc's loader: the program was built on a newer system than this one
    pattern: /version [`'](GLIBC(?:XX)?_[\d.]+)' not found/,
    message: 'The program needs a newer system library than this system has: $1.',
    hint: 'Install a build made for this system, or a newer system.',
  },
  {
    code: 'cuda_missing',
    pattern: /(libcuda\.so[.\d]*): cannot open shared object file/,
    message: 'The NVIDIA driver is not installed: $1 is missing.',
    hint: 'Install the driver of the GPU, or a build of the engine for the CPU.',
  },
  {
    code: 'cuda_missing',
    pattern:
      /(lib(?:cudart|cublas(?:Lt)?|cudnn\w*|cufft|nvrtc|nccl|nvJitLink)\.so[.\d]*): cannot open shared object file/,
    message: 'A library of CUDA is missing: $1.',
    hint: 'Install the CUDA version that the engine was built for, or the engine’s build for the CUDA that is installed.',
  },
  {
    code: 'library_missing',
    pattern: /error while loading shared libraries: ([^:\n]+): cannot open shared object file/,
    message: 'The program lacks the library $1.',
    hint: 'Install the library, or reinstall the engine.',
  },
  {
    code: 'library_missing',
    // Python's ImportError and dlopen
    pattern: /(lib[\w.+-]+\.(?:so[.\d]*|dylib)): cannot open shared object file/,
    message: 'The library $1 is missing.',
    hint: 'Install the library, or reinstall the engine.',
  },
  {
    code: 'out_of_memory',
    pattern: /out of memory|Cannot allocate memory|std::bad_alloc|MemoryError/i,
    message: 'There is not enough memory.',
    hint: 'Unload something, or use a smaller model or context.',
  },
  {
    code: 'out_of_memory',
    // libstdc++ when a thread can't be made; recorded with little address space
    pattern: /std::system_error'\s+what\(\): +Resource temporarily unavailable/,
    message: 'The system gave the engine no more memory or threads.',
    hint: 'Unload something, or raise the limits of memory and processes (`ulimit -a`).',
  },
];

/** Most general of all, so tried last: a line says it about anything, and the real reason often stands elsewhere. */
export const PERMISSION_FAILURE: KnownFailure = {
  code: 'permission_denied',
  pattern:
    /Permission denied: '([^'\n]+)'|(?:open|mkdir|stat) ([^\s:]+): permission denied|Permission denied|PermissionError/i,
  message: 'The engine was denied access to something that it needs.',
  hint: 'Its log names the file or folder: let your user read and write it.',
};

/** What `detect` finds on a machine: programs, running servers, models. */
import type { EngineKind } from '../model.ts';

/** A server or program found on this machine. */
export interface Found {
  /** Stable key of the row, e.g. `path:llama-server`, `port:11434`, `at:/opt/vllm/bin/vllm`. */
  readonly id: string;
  readonly kind: EngineKind;
  /** What to call it: `llama.cpp`, `Ollama`. */
  readonly title: string;
  /** Absolute path of the program; `null` when only a running server was seen. */
  readonly command: string | null;
  /** Whether the program's name alone is enough to find it. */
  readonly on_path: boolean;
  readonly version: string | null;
  readonly running: {
    readonly url: string;
    readonly port: number;
    /** `pid 1184 (ollama)`; `null` when the OS does not tell. */
    readonly holder: string | null;
    readonly models: readonly string[];
    /** Whether it answers only with an API key. */
    readonly needs_key: boolean;
  } | null;
  /** One sentence of what Stackyard would do with it. */
  readonly note: string;
  /** Why it can't be used as it is: not running, a compromised release; `null` when it can. What is blocked is never run. */
  readonly blocked: string | null;
}

export interface Detected {
  readonly found: readonly Found[];
  /** Where the config would be written. */
  readonly config_path: string;
  readonly gateway: {
    /** The proposed port. */
    readonly port: number;
    /** Set when 4000 is taken: by whom. */
    readonly busy: { readonly port: number; readonly holder: string | null } | null;
  };
  /** Most bytes first. */
  readonly model_folders: readonly ModelFolder[];
}

/** A server that answered when it was tried. */
export interface TriedServer {
  /** What to write into the config: with `/v1` when only that answers. */
  readonly url: string;
  readonly models: readonly string[];
  /** The name of the secret that its key was kept under; `null` when none was given. */
  readonly secret: string | null;
}

/** Who keeps a folder of models. */
export type ModelStore = 'ollama' | 'huggingface' | 'lm-studio' | 'llama.cpp' | 'folder';

/**
 * What a model is for; only `chat` answers prompts. A `projector` goes with a chat model that sees pictures, `other` is no model
 * of language.
 */
export type ModelPurpose = 'chat' | 'embedding' | 'reranker' | 'projector' | 'adapter' | 'other';

/** A folder with models in it. */
export interface ModelFolder {
  readonly path: string;
  readonly store: ModelStore;
  /** Whether llama.cpp's `models_dir` can be set to it: GGUF models lie directly in it or one level below. */
  readonly models_dir: boolean;
  /** Files of weights, and their size. What is linked to from two places counts once. */
  readonly files: number;
  readonly bytes: number;
  /** By name. */
  readonly models: readonly FoundModel[];
  /** False when the search was cut short by its bounds. */
  readonly complete: boolean;
}

export interface FoundModel {
  /** Its file, the first of a split model's; of safetensors the folder. */
  readonly path: string;
  /** What its store calls it: `qwen2.5-coder:7b`, `owner/name`; else the file's name without its ending. */
  readonly name: string;
  readonly store: ModelStore;
  readonly format: 'gguf' | 'safetensors';
  readonly purpose: ModelPurpose;
  /** `Q4_K_M`, `AWQ 4-bit`, `BF16`. */
  readonly quantization: string | null;
  /** Tokens it was trained for. */
  readonly context_length: number | null;
  readonly parameters: number | null;
  /** All its files. */
  readonly bytes: number;
  /** Why it is of no use; `null` when nothing speaks against it. */
  readonly problem: string | null;
}

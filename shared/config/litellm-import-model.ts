/** A model as an import makes it. */

export interface ImportedTarget {
  readonly engine: string;
  readonly model: string;
  readonly weight?: number;
  readonly max_concurrent?: number;
  readonly context_length?: number;
}

export interface ImportedModel {
  readonly targets: readonly ImportedTarget[];
  /** `null`: ours. */
  readonly strategy: string | null;
  fallbacks: readonly string[];
  readonly drop: readonly string[];
  /** A duration as written in our config. */
  readonly firstByte: string | null;
}

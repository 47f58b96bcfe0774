/// <reference path="../raw-text.d.ts" />
/** The one LiteLLM that Stackyard installs: version, packages and size, read from `assets/litellm-requirements.txt`. */
import { createHash } from 'node:crypto';
import requirements from '../../assets/litellm-requirements.txt?raw';

export interface Pins {
  readonly version: string;
  /** A requirements file for pip, every package by version and hash. */
  readonly text: string;
  /** First 16 hex digits of its sha256: an environment made from another file is another environment. */
  readonly revision: string;
  /** Bytes to download, as measured on Linux; other platforms differ by a few per cent. */
  readonly download: number;
}

/** Bytes on disk when it is installed, measured on Linux (742 MB) and rounded up. */
export const ROOM_NEEDED = 1_000_000_000;

export const PINS: Pins = readPins(requirements);

/** @throws Error when the file is not one that `build/litellm-requirements.mjs` writes */
export function readPins(text: string): Pins {
  const version = /^litellm==(\S+)/m.exec(text)?.[1];
  const download = /^# Download: (\d+) bytes$/m.exec(text)?.[1];
  if (version === undefined || download === undefined) throw new Error('litellm-requirements.txt is incomplete');
  const revision = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { version, text, revision, download: Number(download) };
}

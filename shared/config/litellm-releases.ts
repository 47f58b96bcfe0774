/** Releases of LiteLLM on PyPI that must never run, with the reason for people. */
export const REFUSED_RELEASES: Readonly<Record<string, string>> = {
  '1.82.7': 'is a compromised release that steals credentials',
  '1.82.8': 'is a compromised release that steals credentials, and does so whenever a Python beside it starts',
  '1.107.0': 'is reported as a compromised release',
};

/** Why a release must not run; `null` when nothing is known against it. `version` as its metadata has it. */
export function whyRefused(version: string): string | null {
  const plain = version.trim().replace(/^v/i, '');
  // A local build of a release (`1.82.7+cu1`, `1.82.7.post1`) is made of the same code.
  const base = /^\d+(?:\.\d+)*/.exec(plain)?.[0] ?? plain;
  return Object.hasOwn(REFUSED_RELEASES, base) ? (REFUSED_RELEASES[base] ?? null) : null;
}

/**
 * Why a release of LiteLLM is never run; `null` for all others. 1.82.7 and 1.82.8 on PyPI carried a stealer of credentials,
 * 1.82.8 in a `.pth` file that every start of its Python runs; 1.107.0 is reported as compromised.
 */
export function compromisedLitellm(version: string): string | null {
  const why = COMPROMISED[version.trim()];
  return why === undefined ? null : `LiteLLM ${version.trim()} ${why}`;
}

const COMPROMISED: Readonly<Record<string, string>> = {
  '1.82.7': 'is a compromised release that steals credentials',
  '1.82.8': 'is a compromised release that steals credentials, and does so whenever its Python starts',
  '1.107.0': 'is reported as a compromised release',
};

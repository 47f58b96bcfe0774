import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Whether a module was started as the program (`node build/x.mjs`) rather than imported.
 *
 * @param {string} url the module's `import.meta.url`
 */
export function isMain(url) {
  const started = process.argv[1];
  if (!started) return false;
  try {
    return realpathSync(started) === realpathSync(fileURLToPath(url));
  } catch {
    return false;
  }
}

/** Everything that a config says about itself, what takes a moment to find out included: for all who decide by it. */
import { locator } from './locate.ts';
import { type Parsed, parseConfig, readYaml, withFindings } from './parse.ts';
import { patternFindings } from './pattern-check.ts';

/** `parseConfig`, and what its patterns may cost the router. Never throws, whatever the text. */
export async function checkConfig(text: string): Promise<Parsed> {
  const parsed = parseConfig(text);
  if (parsed.config === null || parsed.config.patterns.length === 0) return parsed;
  const more = await patternFindings(parsed.config, locator(text, readYaml(text)));
  return withFindings(parsed.config, [...parsed.findings, ...more]);
}

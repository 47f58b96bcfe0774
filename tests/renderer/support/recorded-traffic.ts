/** What went through the gateway of `SNAPSHOT` of late, as a host tells it. */
import type { Traffic } from '../../../shared/traffic.ts';

const MINUTE = 60_000;

/** As of `now`, ms since 1970. */
export function trafficAt(now: number): Traffic {
  const used = (minutes: number): string => new Date(now - minutes * MINUTE).toISOString();
  const of = (engine: string, model: string, ago: number, first: number | null, speed: number | null) => ({
    engine,
    model,
    last_used: used(ago),
    first_token_ms: first,
    tokens_per_second: speed,
  });
  return {
    per_second: 2.4,
    ended: 611,
    failed: 7,
    targets: [
      of('ollama', 'llama3.1:latest', 0, 96, 118),
      of('llama', 'gemma-3-4b-it', 4, 240, 41.2),
      of('ollama', 'nomic-embed-text:latest', 190, null, null),
      of('ollama', 'deepseek-r1:14b', 3_000, 1_850, 7.4),
    ],
  };
}

/** What a config says about itself: names that exist, circles, ports, open doors. Needs nothing but the file. */
import type { Finding } from '../model.ts';
import { groupFindings } from './group-findings.ts';
import type { Locator } from './locate.ts';
import { nameFindings } from './name-findings.ts';
import { clip, finding, replacement, show } from './report.ts';
import type { Config, EngineConfig } from './schema.ts';
import { plainSecrets } from './secrets-in-text.ts';

/** All findings that need the whole, well-typed config. */
export function semanticFindings(config: Config, at: Locator): readonly Finding[] {
  return [
    ...nameFindings(config, at),
    ...patterns(config, at),
    ...weights(config, at),
    ...ports(config, at),
    ...groupFindings(config, at),
    ...doors(config, at),
    ...plainSecrets(config, at),
  ];
}

function patterns(config: Config, at: Locator): Finding[] {
  return config.patterns.flatMap((pattern, i): Finding[] => {
    const first = config.patterns.findIndex(({ match }) => match === pattern.match);
    if (first < i) {
      const message = `This pattern has no effect: ${show(['patterns', first])} matches the same and comes first.`;
      return [
        finding(at, 'no_effect', ['patterns', i, 'match'], message, 'Remove one of the two.', {
          severity: 'warning',
        }),
      ];
    }
    try {
      new RegExp(pattern.match, 'u');
      return [];
    } catch (error) {
      const why = (error instanceof Error ? error.message : String(error)).replace(/^.*\/u?: /, '');
      return [
        finding(
          at,
          'bad_pattern',
          ['patterns', i, 'match'],
          `This is not a regular expression: ${why}.`,
          'Characters such as ( [ * + ? stand for themselves with a backslash before them.',
        ),
      ];
    }
  });
}

function weights(config: Config, at: Locator): Finding[] {
  return Object.entries(config.models).flatMap(([id, model]): Finding[] => {
    const path = ['models', id];
    if (model.strategy === 'weighted') {
      if (model.targets.some((target) => target.weight > 0)) return [];
      const first = [...path, 'targets', 0, 'weight'];
      return [
        finding(
          at,
          'weights_zero',
          first,
          `All targets of \`${clip(id)}\` have the weight 0, so none would ever be chosen.`,
          'Give at least one target a weight above 0.',
        ),
      ];
    }
    return model.targets.flatMap((target, i) =>
      target.weight === 1
        ? []
        : [
            finding(
              at,
              'no_effect',
              [...path, 'targets', i, 'weight'],
              `${show([...path, 'targets', i, 'weight'])} has no effect: the strategy is ${model.strategy}.`,
              'Write `strategy: weighted`, or remove the weight.',
              { mark: 'key', severity: 'warning' },
            ),
          ],
    );
  });
}

function ports(config: Config, at: Locator): Finding[] {
  const taken = new Map<number, { who: string; ours: boolean }>();
  const out: Finding[] = [];
  if (config.gateway.port !== 0) taken.set(config.gateway.port, { who: 'the gateway', ours: true });
  for (const [name, engine] of Object.entries(config.engines)) {
    const port = localPort(engine);
    if (port === null) continue;
    const ours = engine.mode !== 'external';
    const other = taken.get(port);
    if (!other) taken.set(port, { who: `engine \`${name}\``, ours });
    else if (ours || other.ours) {
      const key = engine.url !== null && engine.mode === 'external' ? 'url' : 'port';
      out.push(
        finding(
          at,
          'port_clash',
          ['engines', name, key],
          `Engine \`${name}\` and ${other.who} can’t both be on port ${port}.`,
          engine.mode === 'managed'
            ? 'Give it another `port`, or remove `port` for any free one.'
            : `Give ${other.who === 'the gateway' ? 'the gateway' : 'one of them'} another \`port\`.`,
        ),
      );
    }
  }
  return out;
}

/** The port on this machine where an engine will be, if that is certain. */
function localPort(engine: EngineConfig): number | null {
  if (engine.mode === 'external' && engine.url !== null) {
    const parts = /^(https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(?:\/|$)/i.exec(engine.url);
    if (!parts || !isLoopback(parts[2] ?? '')) return null;
    return parts[3] ? Number(parts[3]) : parts[1]?.toLowerCase() === 'https' ? 443 : 80;
  }
  if (engine.mode === 'external' && !isLoopback(engine.host)) return null;
  return engine.port;
}

function doors(config: Config, at: Locator): Finding[] {
  const out: Finding[] = [];
  const { host, api_keys } = config.gateway;
  if (!isLoopback(host) && api_keys.length === 0) {
    out.push(
      finding(
        at,
        'bind_needs_key',
        ['gateway', 'host'],
        `With the host ${clip(host)} other machines can reach the gateway, and without \`api_keys\` anybody there could use it.`,
        'Add `gateway.api_keys`, or write `host: 127.0.0.1`.',
        { fix: replacement('Listen on this machine only', at.value(['gateway', 'host']), '127.0.0.1') },
      ),
    );
  }
  for (const [name, engine] of Object.entries(config.engines)) {
    const ours = engine.mode === 'managed' && engine.manager === 'process';
    if (!ours || engine.api_key !== null || isLoopback(engine.host) || engine.host.includes('${')) continue;
    const path = ['engines', name, 'host'];
    out.push(
      finding(
        at,
        'bind_needs_key',
        path,
        `With the host ${clip(engine.host)} other machines can reach this engine, past the gateway and its keys.`,
        'Write `host: 127.0.0.1`, or give the engine an `api_key` that it asks for.',
        { severity: 'warning', fix: replacement('Listen on this machine only', at.value(path), '127.0.0.1') },
      ),
    );
  }
  const names = new Set<string>();
  for (const [i, key] of api_keys.entries()) {
    if (names.has(key.name)) {
      out.push(
        finding(
          at,
          'duplicate_name',
          ['gateway', 'api_keys', i, 'name'],
          `Two keys are named \`${clip(key.name)}\`, so that logs could not tell them apart.`,
          'Give each key its own name.',
        ),
      );
    }
    names.add(key.name);
  }
  return out;
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare);
}

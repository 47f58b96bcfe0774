/** Opens the window over the scripted bridge: `?scene=busy|calm|pulls|unused|bare|unset|edited`. For eyes only, see `photograph.mjs`. */
import { CONFIG_FILE, CONFIG_TEXT, ENGINES, JOBS, MODELS, SNAPSHOT, UNSET } from '../recorded.ts';
import { COOLDOWNS, REQUESTS } from '../recorded-requests.ts';
import { scriptedBridge } from '../scripted-bridge.ts';

const scene = new URLSearchParams(window.location.search).get('scene') ?? 'busy';

const CALM = {
  ...SNAPSHOT,
  light: 'on' as const,
  engines: ENGINES.filter((e) => e.name === 'ollama' || e.name === 'llama'),
  models: MODELS.filter((m) => m.targets[0]?.engine === 'ollama' || m.targets[0]?.engine === 'llama'),
};
const snapshots = {
  busy: SNAPSHOT,
  calm: CALM,
  unset: UNSET,
  edited: SNAPSHOT,
  pulls: SNAPSHOT,
  unused: { ...SNAPSHOT, models: [] },
  bare: { ...SNAPSHOT, engines: [], models: [] },
};
const snapshot = snapshots[scene as keyof typeof snapshots] ?? SNAPSHOT;

const script = scriptedBridge({
  'snapshot.get': () => ({ ok: true, value: snapshot }),
  'jobs.list': () => ({ ok: true, value: scene === 'pulls' ? JOBS : [] }),
  'requests.list': () => ({ ok: true, value: REQUESTS }),
  'cooldowns.list': () => ({ ok: true, value: COOLDOWNS }),
  'config.read': () => ({ ok: true, value: CONFIG_FILE }),
  'config.plan': () => ({
    ok: true,
    value: {
      findings: [],
      plan: {
        base_revision: '3fa2b1c0d9e8',
        revision: 'aa',
        changed: true,
        engines: [
          { name: 'ollama', action: 'keep', keys: [], running: true },
          { name: 'llama', action: 'keep', keys: [], running: true },
          { name: 'qwen-vllm', action: 'restart', keys: ['args', 'port'], running: true },
        ],
        routes: ['qwen-coder', 'gpt-4o-mini'],
        gateway: { action: 'keep', keys: [] },
        in_flight: 4,
        other: [],
      },
    },
  }),
});
Object.assign(window, { stackyard: script.bridge, script });
if (scene === 'edited') {
  const text = CONFIG_TEXT.replace('port: 8001', 'port: 8002').replace('least-busy', 'least-bussy');
  sessionStorage.setItem('stackyard.draft', JSON.stringify({ file: CONFIG_FILE, text }));
}
await import('../../../../renderer/main.tsx');

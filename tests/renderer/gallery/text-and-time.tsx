/** The two components that are drawn by others than React: YAML with its findings, and values over time. */
import { TimeChart } from '../../../renderer/ui/time-chart.tsx';
import { YamlEditor } from '../../../renderer/ui/yaml-editor.tsx';
import { parseConfig } from '../../../shared/config/parse.ts';

const YAML = `version: 1
engines:
  llama:
    kind: llama.cpp       # a comment that is so long that it has to go on in a second line, where it begins a little further in than the key that it is written beside
    port: 8080
    start: with-apps
models:
  qwen-coder:
    targets:
      - { engine: llama, model: qwen, weight: 3 }
    strategy: least-busy
`;

const { findings: FINDINGS } = parseConfig(YAML);
const nothing = () => {};

export function Yaml() {
  return (
    <section aria-label="YAML">
      <h2>YAML</h2>
      <div className="card yaml-place">
        <YamlEditor
          label="A config"
          value={YAML}
          onChange={nothing}
          findings={FINDINGS}
          onFix={nothing}
          changed={new Set([5, 6])}
        />
      </div>
    </section>
  );
}

const END = Date.parse('2026-11-23T14:00:00.000Z') / 1000;
const TIMES = Array.from({ length: 120 }, (_, n) => END - 30 * (119 - n));
/** With a gap in which nobody looked. */
const wave = (middle: number, height: number) =>
  TIMES.map((_, n) => (n > 70 && n < 76 ? null : middle + height * Math.sin(n / 9)));

export function Charts() {
  const shared = { from: TIMES[0] ?? 0, to: END, together: 'gallery', onPoint: nothing };
  return (
    <section aria-label="Values over time">
      <h2>Values over time</h2>
      <TimeChart
        {...shared}
        label="One line"
        data={[TIMES, wave(50, 30)]}
        series={[{ label: 'Busy', colour: '--text-2' }]}
        words={(value) => `${value} %`}
        most={100}
      />
      <TimeChart
        {...shared}
        label="Stacked"
        data={[TIMES, wave(16, 2), wave(10, 2), wave(3, 0.5)]}
        series={[
          { label: 'Other apps', colour: '--own-other', filled: true },
          { label: 'llama', colour: '--own-2', filled: true },
          { label: 'ollama', colour: '--own-1', filled: true },
        ]}
        words={(value) => `${value} GB`}
        most={24}
      />
    </section>
  );
}

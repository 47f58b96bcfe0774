/** Every component of `renderer/ui` in every state, for eyes and for `tests/e2e/gallery.full.test.ts`. Never shipped. */
import '@fontsource-variable/inter/opsz.css';
import '@fontsource-variable/geist-mono/wght.css';
import '../../../renderer/styles/tokens.css';
import '../../../renderer/styles/base.css';
import '../../../renderer/styles/frame.css';
import '../../../renderer/styles/controls.css';
import '../../../renderer/styles/popups.css';
import '../../../renderer/styles/jobs.css';
import '../../../renderer/styles/gpu.css';
import './gallery.css';
import { Tooltip } from '@base-ui/react/tooltip';
import { Play, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Markdown } from '../../../renderer/chat/markdown-view.tsx';
import { shares } from '../../../renderer/gpu-memory.ts';
import { held } from '../../../renderer/store.ts';
import { Button, IconButton } from '../../../renderer/ui/button.tsx';
import { Choose } from '../../../renderer/ui/choose.tsx';
import { CopyButton } from '../../../renderer/ui/copy-button.tsx';
import { Empty } from '../../../renderer/ui/empty.tsx';
import { JobRow } from '../../../renderer/ui/job-row.tsx';
import { MemoryBar } from '../../../renderer/ui/memory-bar.tsx';
import { Modal } from '../../../renderer/ui/modal.tsx';
import { MoreMenu } from '../../../renderer/ui/more-menu.tsx';
import { Note } from '../../../renderer/ui/note.tsx';
import { PinButton } from '../../../renderer/ui/pin-button.tsx';
import { Progress } from '../../../renderer/ui/progress.tsx';
import { Segments } from '../../../renderer/ui/segments.tsx';
import { State } from '../../../renderer/ui/state.tsx';
import { ToastRegion } from '../../../renderer/ui/toast-region.tsx';
import { toast } from '../../../renderer/ui/toasts.ts';
import { Checkbox, Switch } from '../../../renderer/ui/toggles.tsx';
import { VirtualTable } from '../../../renderer/ui/virtual-table.tsx';
import { evenHeights } from '../../../renderer/ui/window-rows.ts';
import { GPU_SAMPLE } from '../../fixtures/gpu/sample.ts';
import { ENGINES, JOBS, SNAPSHOT } from '../support/recorded.ts';
import { scriptedBridge } from '../support/scripted-bridge.ts';
import { Shelf } from './shelf.tsx';
import { States } from './states.tsx';
import { Charts, Yaml } from './text-and-time.tsx';

Object.assign(window, { stackyard: scriptedBridge().bridge });
held.setState({ snapshot: SNAPSHOT, error: null });
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const paint = () => {
  document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light';
};
dark.addEventListener('change', paint);
paint();

const nothing = () => {};
const sayTwice = () => {
  toast('Copied base URL');
  toast('Stopped llama. It held 9.7 GB of GPU memory.', { label: 'Start it again', run: nothing });
};

const OPTIONS = [
  { value: 'a', label: 'When asked for', aside: <State said={{ tone: 'ok', word: 'Ready', progress: null }} /> },
  { value: 'b', label: 'With the stack' },
];
const ROWS = ['gemma-3-4b-it', 'a-model-with-quite-a-long-name-that-is-cut-at-its-end-Q4_K_M', 'phi-4'];

function Fields() {
  return (
    <>
      <div className="field narrow">
        <input aria-label="Empty" placeholder="Empty" />
      </div>
      <div className="field narrow">
        <input aria-label="Filled" defaultValue="Filled" />
      </div>
      <div className="field narrow wrong">
        <input aria-label="Wrong" aria-invalid defaultValue="Wrong" />
      </div>
      <div className="field narrow">
        <input aria-label="Disabled" defaultValue="Disabled" disabled />
      </div>
      <textarea className="field narrow" aria-label="Text" defaultValue={'Two\nlines'} />
      <Choose label="Chosen" value="a" options={OPTIONS} onChange={nothing} width={200} />
      <Choose label="Unchosen" value={null} options={OPTIONS} onChange={nothing} width={200} placeholder="Choose" />
      <Choose label="Wrong choice" value="b" options={OPTIONS} onChange={nothing} width={200} wrong />
      <Choose label="Disabled choice" value="b" options={OPTIONS} onChange={nothing} width={200} disabled />
      <Switch label="Off" checked={false} onChange={nothing} />
      <Switch label="On" checked onChange={nothing} />
      <Switch label="Disabled" checked disabled onChange={nothing} />
      <Checkbox label="Unticked" checked={false} onChange={nothing} />
      <Checkbox label="Ticked" checked onChange={nothing} />
      <Checkbox label="Ticked, disabled" checked disabled onChange={nothing} />
      <Segments
        label="Choice"
        value="all"
        onChange={nothing}
        options={[
          { value: 'all', label: 'All', count: 13 },
          { value: 'memory', label: 'In memory', count: 4 },
        ]}
      />
    </>
  );
}

function Gallery() {
  const [open, setOpen] = useState(false);
  const [card] = GPU_SAMPLE.gpus;
  return (
    <main className="gallery">
      <h1>Components</h1>
      <Shelf title="Buttons">
        {(['plain', 'primary', 'ghost'] as const).flatMap((look) =>
          ([undefined, 'little', 'large'] as const).map((size) => (
            <Button key={`${look} ${size}`} look={look} size={size}>
              <Play className="icon small" aria-hidden="true" />
              Start
            </Button>
          )),
        )}
        {(['plain', 'primary', 'ghost'] as const).map((look) => (
          <Button key={look} look={look} disabled>
            Disabled
          </Button>
        ))}
        <IconButton name="Restart">
          <RotateCw className="icon" aria-hidden="true" />
        </IconButton>
        <CopyButton text="x" what="base URL" />
        {ENGINES[1] && <PinButton engine={ENGINES[1]} />}
        {ENGINES[1] && <PinButton engine={{ ...ENGINES[1], pinned: true }} />}
        <MoreMenu
          name="More"
          entries={[
            { label: 'Light', run: nothing, ticked: true },
            { label: 'Dark', run: nothing, ticked: false },
          ]}
        />
        <Button onClick={() => setOpen(true)}>Open a dialog</Button>
        <Button onClick={sayTwice}>Say something</Button>
        <kbd>Ctrl K</kbd>
      </Shelf>
      <States />
      <Shelf title="Fields and switches">
        <Fields />
      </Shelf>
      <section aria-label="Notes">
        <h2>Notes</h2>
        <Note tone="failed" title="Stop llama did not work.">
          It still answers. Try again.
        </Note>
        <Note tone="attention" title="qwen-vllm failed." action={<Button size="little">Show why</Button>}>
          Not enough GPU memory; requests go to llama3.1.
        </Note>
        <Note tone="plain" title="The file was changed.">
          Nothing is overwritten until you decide.
        </Note>
      </section>
      <section aria-label="Progress and memory">
        <h2>Progress and memory</h2>
        <Progress label="Nothing yet" value={0} />
        <Progress label="Less than half" value={0.43} />
        <Progress label="All" value={1} />
        {card && (
          <MemoryBar
            card={card}
            parts={shares(
              card,
              GPU_SAMPLE.processes,
              ENGINES.map((e) => e.name),
            )}
          />
        )}
      </section>
      <section aria-label="Jobs">
        <h2>Jobs</h2>
        <ul className="jobs">
          {JOBS.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
      </section>
      <section aria-label="Table">
        <h2>Table</h2>
        <div className="card">
          <VirtualTable
            label="Rows"
            className=""
            items={ROWS}
            heights={evenHeights(ROWS.length, 36)}
            columns={2}
            head={
              <>
                <th>Model</th>
                <th style={{ width: 160 }}>State</th>
              </>
            }
            row={(name) => (
              <tr key={name} aria-selected={name === 'phi-4'}>
                <td>
                  <button type="button" className="row-name">
                    <span className="mono cut">{name}</span>
                  </button>
                </td>
                <td>
                  <State said={{ tone: 'ok', word: 'Ready', progress: null }} />
                </td>
              </tr>
            )}
          />
        </div>
      </section>
      <section aria-label="An answer">
        <h2>An answer</h2>
        <Markdown
          source={
            'It **does**, with `code` and *care*:\n\n- one\n- two\n\n> said\n\n| Model | Speed |\n|---|---|\n| gemma | 96 |\n\n```python\ndef f(x):  # why\n    return "a" + 1\n```'
          }
        />
      </section>
      <Yaml />
      <Charts />
      <section aria-label="Nothing there" className="empties">
        <Empty
          title="No models yet"
          actions={
            <Button look="primary" size="large">
              Get a model
            </Button>
          }
        >
          Models appear here as soon as an engine reports them.
        </Empty>
        <Empty
          title="Nothing matches"
          actions={
            <>
              <Button size="large">Show all</Button>
              <Button look="ghost" size="large">
                Get a model
              </Button>
            </>
          }
        >
          No model’s name or engine holds “qwen”.
        </Empty>
        <Empty title="No requests yet">Each request through the gateway appears here.</Empty>
      </section>
      <Modal
        open={open}
        onClose={() => setOpen(false)}
        title="Take over ollama?"
        footer={<Button look="primary">End it and take over</Button>}
      >
        <p>It was started by systemd. Stackyard ends it and starts its own.</p>
      </Modal>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <Tooltip.Provider delay={0}>
    <Gallery />
    <ToastRegion />
  </Tooltip.Provider>,
);

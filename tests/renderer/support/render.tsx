/** Renders a component into a happy-dom page over a scripted bridge. */
import { Tooltip } from '@base-ui/react/tooltip';
import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { held } from '../../../renderer/store.ts';
import type { StackSnapshot } from '../../../shared/model.ts';
import { SNAPSHOT } from './recorded.ts';
import { type Script, scriptedBridge } from './scripted-bridge.ts';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

export interface Shown {
  readonly root: HTMLElement;
  /** The first element of that selector whose text or accessible label is `name`; throws naming what is there. */
  find: (selector: string, name: string | RegExp) => HTMLElement;
  click: (selector: string, name: string | RegExp) => Promise<void>;
  /** Types into a field, as a user would replace its text. */
  type: (label: string, text: string) => Promise<void>;
  text: () => string;
}

let mounted: Root | null = null;

/** Shows `node`; ends what was shown before. */
export async function show(
  node: ReactNode,
  script: Script = scriptedBridge(),
  snapshot: StackSnapshot = SNAPSHOT,
): Promise<Shown> {
  await hide();
  Object.assign(window, { stackyard: script.bridge });
  held.setState({ snapshot, error: null });
  const root = document.createElement('div');
  document.body.append(root);
  mounted = createRoot(root);
  await act(async () => mounted?.render(<Tooltip.Provider>{node}</Tooltip.Provider>));
  const find: Shown['find'] = (selector, name) => {
    const all = [...document.querySelectorAll<HTMLElement>(selector)];
    const found = all.find((el) => (typeof name === 'string' ? nameOf(el) === name : name.test(nameOf(el))));
    if (!found) throw new Error(`no ${selector} named ${name}; there are: ${all.map(nameOf).join(' | ')}`);
    return found;
  };
  return {
    root,
    find,
    click: async (selector, name) => act(async () => find(selector, name).click()),
    type: async (label, value) =>
      act(async () => {
        const field = find('input, textarea', label) as HTMLInputElement;
        const proto = Object.getPrototypeOf(field) as object;
        Object.getOwnPropertyDescriptor(proto, 'value')?.set?.call(field, value);
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    text: () => clean(document.body.textContent ?? ''),
  };
}

/** Takes the page away again. */
export async function hide(): Promise<void> {
  await act(async () => mounted?.unmount());
  mounted = null;
  document.body.replaceChildren();
}

/** Lets what is under way arrive on the page. */
export const settle = async (): Promise<void> => act(async () => new Promise((done) => setTimeout(done, 0)));

const clean = (text: string) => text.replaceAll('\u00a0', ' ').replace(/\s+/g, ' ').trim();

function nameOf(el: HTMLElement): string {
  const label =
    el.getAttribute('aria-label') ?? (el.id ? document.querySelector(`label[for="${el.id}"]`)?.textContent : null);
  return clean(label ?? el.textContent ?? '');
}

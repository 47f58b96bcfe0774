// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useStore } from 'zustand';
import { draft } from '../../../../renderer/features/config/draft-store.ts';
import { ModelForms } from '../../../../renderer/features/config/model-form.tsx';
import { modelForms, splitNames } from '../../../../renderer/features/config/model-form-values.ts';
import { hide, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

const TEXT = `version: 1
models:
  chat:   # what most ask for
    targets:
      - { engine: a, model: x }   # fast
      - engine: b
        model: y
        weight: 3
    strategy: weighted
  spare: { targets: [{ engine: a, model: x }], fallbacks: [chat, other] }
`;

it('shows what is written, and nothing for what can’t be read', () => {
  expect(modelForms(TEXT)).toMatchObject([
    {
      id: 'chat',
      lines: [3, 9],
      strategy: 'weighted',
      targets: [
        { engine: 'a', model: 'x', weight: null },
        { engine: 'b', model: 'y', weight: '3' },
      ],
      fallbacks: [],
    },
    { id: 'spare', lines: [10, 10], strategy: null, fallbacks: ['chat', 'other'] },
  ]);
  expect(modelForms('models: { a: [ ] }')).toMatchObject([{ id: 'a', targets: [] }]);
  expect(modelForms('models: [')).toEqual([]);
  expect(splitNames(' a,b , ,c')).toEqual(['a', 'b', 'c']);
});

function Form() {
  const text = useStore(draft, (d) => d.text);
  return <ModelForms text={text} findings={[]} onGoTo={() => {}} tabs={null} />;
}

describe('the form of a model', () => {
  beforeEach(() => draft.setState({ text: TEXT }));
  afterEach(hide);

  it('splices weights and fallbacks into the text and leaves every other byte', async () => {
    const { type } = await show(<Form />, scriptedBridge());
    await type('Weight of a', '5');
    await type('Weight of b', '7');
    await type('If all fail', 'spare');
    expect(draft.getState().text).toBe(
      TEXT.replace('model: x }   #', 'model: x, weight: 5 }   #')
        .replace('weight: 3', 'weight: 7')
        .replace('strategy: weighted\n', 'strategy: weighted\n    fallbacks: [spare]\n'),
    );
    await type('If all fail', '');
    await type('Weight of a', '');
    await type('Weight of b', '3');
    expect(draft.getState().text).toBe(TEXT);
  });
});

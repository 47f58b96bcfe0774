// @vitest-environment happy-dom

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useStore } from 'zustand';
import { draft } from '../../../../renderer/features/config/draft-store.ts';
import { lineOf, meansSame, meantBy } from '../../../../renderer/features/config/setting-values.ts';
import { SETTINGS, type SettingPart } from '../../../../renderer/features/config/settings.ts';
import { SettingsForm } from '../../../../renderer/features/config/settings-form.tsx';
import { parseConfig } from '../../../../shared/config/parse.ts';
import { allKeys, type Shape, shapeAt } from '../../../../shared/config/shape.ts';
import { hide, show } from '../../support/render.tsx';
import { scriptedBridge } from '../../support/scripted-bridge.ts';

const TEXT = `version: 1
gateway:
  port: 4100   # that of the old proxy
  api_keys:
    - { name: laptop, key: "\${secret:laptop}" }   # Ada's
    - name: ci
      key: sk-plain
      requests_per_minute: 30
routing: { cooldown: null }
app:
  close_to_tray: false   # I close to quit
`;

const shape = (path: string): Shape => {
  const found = shapeAt(path.split('.'));
  if (!found) throw new Error(`no ${path} in the schema`);
  return found;
};

function Form({ part }: { readonly part: SettingPart }) {
  const text = useStore(draft, (d) => d.text);
  return <SettingsForm part={part} text={text} findings={parseConfig(text).findings} onGoTo={() => {}} tabs={null} />;
}

describe('the settings with a form', () => {
  const shown = Object.values(SETTINGS)
    .flat()
    .flatMap(({ settings }) => settings.map(({ path }) => path.join('.')));

  it('are all keys of their parts but the version and the keys of clients, which have a list; none twice', () => {
    const tops = new Set(['gateway', 'routing', 'verify', 'gpu', 'logs', 'app']);
    const keys = allKeys()
      .filter(({ path, shape }) => tops.has(path[0] ?? '') && shape.kind !== 'object' && !path.includes('[]'))
      .map(({ path }) => path.join('.'))
      .filter((key) => key !== 'gateway.api_keys');
    expect([...shown].sort()).toEqual([...keys].sort());
  });

  it('have a sentence each', () => {
    for (const path of shown) expect(shape(path).description, path).toMatch(/^[A-Z`].+\.$/);
  });
});

it('reads a typed line as the schema would have it written', () => {
  expect(meantBy('4000', shape('gateway.port'))).toBe(4000);
  expect(meantBy('many', shape('gateway.port'))).toBe('many');
  expect(meantBy('0.9', shape('gpu.warn_memory'))).toBe(0.9);
  expect(meantBy('4000', shape('gateway.host'))).toBe('4000');
  expect(meantBy(' ', shape('gateway.host'))).toBeUndefined();
  expect(meantBy('null', shape('routing.cooldown'))).toBeNull();
  expect(meantBy('null', shape('gateway.host'))).toBe('null');
  expect(meantBy('a.example, ,b.example', shape('gateway.allowed_hosts'))).toEqual(['a.example', 'b.example']);
  expect(lineOf(['a', 'b'])).toBe('a, b');
  expect(lineOf(null)).toBe('null');
  expect(lineOf(undefined)).toBe('');
  expect(meansSame(shape('gateway.allowed_hosts'))('a,b,', 'a, b')).toBe(true);
});

describe('a form of settings', () => {
  beforeEach(() => draft.setState({ text: TEXT }));
  afterEach(hide);

  it('splices the gateway’s values into the text, and an emptied field is the default again', async () => {
    const { type, find } = await show(<Form part="gateway" />, scriptedBridge());
    expect((find('input', 'Host') as HTMLInputElement).placeholder).toBe('127.0.0.1');
    await type('Port', '4200');
    await type('Connections', '64');
    expect(draft.getState().text).toBe(TEXT.replace(/port: 4100( .*\n)/, 'port: 4200$1  max_connections: 64\n'));
    await type('Connections', '');
    await type('Port', '4100');
    expect(draft.getState().text).toBe(TEXT);
  });

  it('shows what clients’ keys may do and never a key, and limits one in its place', async () => {
    const { type, text } = await show(<Form part="gateway" />, scriptedBridge());
    expect(text()).toContain('laptopby reference');
    expect(text()).toContain('ciin plain text');
    expect(text()).not.toContain('sk-plain');
    expect([...document.querySelectorAll('input')].map(({ value }) => value)).not.toContain('sk-plain');
    await type('Tokens a min', '5000');
    expect(draft.getState().text).toBe(
      TEXT.replace('key: "${secret:laptop}" }', 'key: "${secret:laptop}", tokens_per_minute: 5000 }'),
    );
  });

  it('says what is wrong under its field, and has `null` where that is written', async () => {
    const { type, find, text } = await show(<Form part="routing" />, scriptedBridge());
    expect((find('input', 'Cooldown') as HTMLInputElement).value).toBe('null');
    await type('Retries', '-1');
    expect(find('input', 'Retries').getAttribute('aria-invalid')).toBe('true');
    expect(text()).toContain('which is below 0');
    await type('Retries', '');
    await type('Cooldown', '1m');
    expect(draft.getState().text).toBe(TEXT.replace('cooldown: null', 'cooldown: 1m'));
  });

  it('switches what the app does, comments kept; in a browser the desktop’s settings are not there', async () => {
    const { click, find } = await show(<Form part="app" />, scriptedBridge());
    await click('label.switch-label', 'Close to the tray');
    await click('label.switch-label', 'Notifications');
    expect(draft.getState().text).toBe(
      TEXT.replace(
        'close_to_tray: false   # I close to quit',
        'close_to_tray: true   # I close to quit\n  notifications: false',
      ),
    );
    await show(<Form part="app" />, scriptedBridge({}, 'web'));
    expect(() => find('label.switch-label', 'Notifications')).toThrow();
    expect(() => find('label', 'File size')).not.toThrow();
  });
});

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { appSettings, CLIENT_APPS } from '../../shared/client-apps.ts';

const open = { base: 'http://127.0.0.1:4000/v1', model: `it's "m"`, needsKey: false };

describe('settings of apps', () => {
  it.each(CLIENT_APPS)('name the gateway and a placeholder for its key: %s', (app) => {
    expect(appSettings(app, open).text).toContain('http://127.0.0.1:4000');
    expect(appSettings(app, { ...open, needsKey: true }).text).toMatch(/YOUR_KEY|STACKYARD_API_KEY/);
  });

  it('are YAML that reads back as what was meant', () => {
    expect(parse(appSettings('continue', open).text).models).toEqual([
      {
        name: open.model,
        provider: 'openai',
        model: open.model,
        apiBase: open.base,
        apiKey: 'none',
        roles: ['chat', 'edit', 'apply'],
      },
    ]);
    expect(parse(appSettings('aider', open).text)).toEqual({
      model: `openai/${open.model}`,
      'openai-api-base': open.base,
      'openai-api-key': 'none',
    });
  });

  it('give Claude Code the root, since it adds the rest of the path, and quote for the shell', () => {
    const { text } = appSettings('claude-code', open);
    expect(text).toContain('ANTHROPIC_BASE_URL=http://127.0.0.1:4000\n');
    expect(text).toContain(String.raw`ANTHROPIC_MODEL='it'\''s "m"'`);
  });
});

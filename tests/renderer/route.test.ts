import { describe, expect, it } from 'vitest';
import { hrefOf, parseRoute, type Route } from '../../renderer/route.ts';

describe('route', () => {
  it.each<Route>([
    { page: 'overview' },
    { page: 'models' },
    { page: 'playground' },
    { page: 'setup' },
    { page: 'requests' },
    { page: 'requests', filter: 'model:org/qwen coder' },
    { page: 'engines', engine: null },
    { page: 'engines', engine: 'llama' },
    { page: 'config', engine: null },
    { page: 'config', engine: null, part: 'gateway' },
    { page: 'config', engine: null, part: 'engines' },
    { page: 'config', engine: 'qwen-vllm' },
    { page: 'config', engine: 'qwen/vllm', key: 'args' },
  ])('goes to an address and back: %o', (route) => expect(parseRoute(hrefOf(route))).toEqual(route));

  it('takes the tray’s spelling, and leads anything else to the overview', () => {
    expect(parseRoute('engines/llama')).toEqual({ page: 'engines', engine: 'llama' });
    for (const odd of ['', '#', '#/', '#/nope', '#/__proto__']) expect(parseRoute(odd)).toEqual({ page: 'overview' });
    expect(parseRoute('#/engines/%E0%A4%A')).toEqual({ page: 'engines', engine: null });
    expect(parseRoute('#/settings/nope')).toEqual({ page: 'config', engine: null, part: 'app' });
    expect(parseRoute('#/config/llama/a b')).toEqual({ page: 'config', engine: 'llama' });
  });
});

import { describe, expect, it } from 'vitest';
import { createAccess, hostName, mayUse } from '../../../electron/router/access.ts';
import type { ClientKey, RoutingTable } from '../../../shared/contract/router.ts';

const key = (over: Partial<ClientKey> = {}): ClientKey => ({
  name: 'laptop',
  key: 'sk-1',
  models: ['*'],
  requests_per_minute: null,
  tokens_per_minute: null,
  expires: null,
  ...over,
});
const access = (over: Partial<RoutingTable['access']> = {}) =>
  createAccess({
    keys: [],
    app_token: 'token',
    app_origin: 'stackyard://app',
    allowed_hosts: ['Box.Example', 'odd.example:81'],
    machine_names: ['desk'],
    cors_origins: ['https://chat.example'],
    ...over,
  });

describe('host', () => {
  it('accepts addresses, local names, this machine and what is named', () => {
    for (const host of [
      undefined,
      '127.0.0.1:4000',
      '192.168.1.2',
      '[::1]:4000',
      '[fe80::1]',
      'localhost',
      'LOCALHOST.:4000',
      'app.localhost:4000',
      'host.docker.internal:4000',
      'host.containers.internal',
      'desk:4000',
      'box.example',
      'odd.example:81',
    ]) {
      expect(access().host(host), host).toBeNull();
    }
  });
  it('refuses what a rebinding page would bring, and names the key to set', () => {
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      'x:y:z',
      '[',
      'notlocalhost',
    ]) {
      expect(access().host(host), host).toMatchObject({ code: 'host_not_allowed' });
    }
    expect(access().host('evil.example:4000')?.message).toContain('gateway.allowed_hosts');
    expect(hostName('[::1]:4000')).toBe('::1');
  });
});

describe('origin', () => {
  it('accepts none, named ones and our own window', () => {
    for (const origin of [undefined, 'https://chat.example', 'stackyard://app'])
      expect(access().origin(origin)).toBeNull();
    for (const origin of [
      'null',
      'http://127.0.0.1:4000',
      'https://chat.example.evil',
      'https://chat.example:8443',
      '',
    ]) {
      expect(access().origin(origin), origin).toMatchObject({ code: 'origin_not_allowed' });
    }
  });
  it('knows our window only while there is a token', () => {
    expect(access({ app_token: null }).origin('stackyard://app')).toMatchObject({ code: 'origin_not_allowed' });
  });
});

describe('identify', () => {
  const bearer = (token: string, more = {}) => ({ authorization: `Bearer ${token}`, ...more });
  it('needs no key when none is set, whatever a client sends', () => {
    expect(access().identify({}, 0)).toEqual({ key: null });
    expect(access().identify(bearer('anything'), 0)).toEqual({ key: null });
  });
  it('wants the token from our own window', () => {
    const origin = 'stackyard://app';
    expect(access().identify({ origin }, 0)).toMatchObject({ code: 'invalid_api_key' });
    expect(access({ keys: [key()] }).identify(bearer('sk-1', { origin }), 0)).toMatchObject({
      code: 'invalid_api_key',
    });
    expect(access({ keys: [key()] }).identify(bearer('token', { origin }), 0)).toEqual({ key: null });
  });
  it('takes a key from any of the usual headers', () => {
    const keys = [key({ name: 'other', key: 'sk-0' }), key()];
    for (const headers of [
      bearer('sk-1'),
      { authorization: 'bearer  sk-1' },
      { 'x-api-key': 'sk-1' },
      { 'api-key': 'sk-1' },
    ]) {
      expect(access({ keys }).identify(headers, 0)).toMatchObject({ key: { name: 'laptop' } });
    }
    for (const headers of [{}, bearer('sk-2'), bearer('sk-1x'), { authorization: 'Basic sk-1' }]) {
      expect(access({ keys }).identify(headers, 0)).toMatchObject({ code: 'invalid_api_key' });
    }
  });
  it('refuses an expired key by name', () => {
    const keys = [key({ expires: '2026-01-01T00:00:00Z' })];
    const before = Date.parse('2025-12-31T00:00:00Z');
    expect(access({ keys }).identify(bearer('sk-1'), before)).toMatchObject({ key: { name: 'laptop' } });
    expect(access({ keys }).identify(bearer('sk-1'), before + 86_400_000)).toMatchObject({
      code: 'invalid_api_key',
      message: expect.stringContaining('laptop'),
    });
  });
});

describe('mayUse', () => {
  it('goes by the name asked for or the entry', () => {
    expect(mayUse(null, 'x')).toBe(true);
    expect(mayUse(key(), 'x')).toBe(true);
    expect(mayUse(key({ models: ['qwen'] }), 'gpt', 'qwen')).toBe(true);
    expect(mayUse(key({ models: ['gpt'] }), 'gpt', 'qwen')).toBe(true);
    expect(mayUse(key({ models: ['qwen'] }), 'ollama/qwen', 'ollama/qwen')).toBe(false);
    expect(mayUse(key({ models: [] }), 'qwen')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { mayHave } from '../../../electron/shell/permissions.ts';

const ask = (permission: string, asker: string | null | undefined, isMainFrame = true) =>
  mayHave({ permission, asker, isMainFrame });

describe('mayHave', () => {
  it.each(['stackyard://app', 'stackyard://app/', 'stackyard://app/index.html#/playground'])(
    'lets our own page (%s) reach this machine',
    (asker) => {
      expect(ask('loopback-network', asker)).toBe(true);
      expect(ask('local-network-access', asker)).toBe(true);
    },
  );

  it('never lets it reach the local network', () => {
    expect(ask('local-network', 'stackyard://app')).toBe(false);
  });

  it.each([
    'https://stackyard.example',
    'https://app',
    'stackyard://evil',
    'stackyard://app.evil',
    'stackyard://app:1',
    'stackyard://evil@app',
    'stackyardx://app',
    'null',
    '',
    null,
    undefined,
  ])('lets nobody else: %s', (asker) => {
    expect(ask('loopback-network', asker)).toBe(false);
  });

  it('lets no frame inside of a page', () => {
    expect(ask('loopback-network', 'stackyard://app', false)).toBe(false);
  });

  it.each([
    'notifications',
    'media',
    'geolocation',
    'clipboard-read',
    'clipboard-sanitized-write',
    'deprecated-sync-clipboard-read',
    'fullscreen',
    'openExternal',
    'usb',
    'unknown',
  ])('grants nothing else: %s', (permission) => {
    expect(ask(permission, 'stackyard://app')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import {
  type Ancestor,
  cgroupPlace,
  foreignOwner,
  parseLaunchctl,
  parsePsAncestors,
  parseStatLine,
  parseTasklist,
  parseWindowsAncestors,
} from '../../../electron/host/foreign-owner-rules.ts';
import { CGROUPS, LAUNCHCTL, MAC_PS, TASKLIST, WINDOWS_PROCESSES } from '../../fixtures/foreign-processes.ts';

const nobody = { container: null, unit: null, app: null };

describe('cgroupPlace', () => {
  it.each([
    ['systemUnit', { unit: { name: 'ollama.service', scope: 'system' } }],
    ['systemUnitV1', { unit: { name: 'ollama.service', scope: 'system' } }],
    ['userUnit', { unit: { name: 'ollama.service', scope: 'user' } }],
    ['userUnitV1', { unit: { name: 'llama.service', scope: 'user' } }],
    ['escapedUnit', { unit: { name: 'vllm@qwen-coder.service', scope: 'system' } }],
    ['session', {}],
    ['terminalTab', {}],
    ['none', {}],
    ['desktopApp', { app: 'lmstudio' }],
    ['autostart', { app: 'jan' }],
    ['docker', { container: '0123456789ab' }],
    ['dockerV1', { container: '0123456789ab' }],
    ['podman', { container: 'fedcba987654' }],
    ['kubernetes', { container: 'aaaabbbbcccc' }],
    ['kubernetesV1', { container: 'aaaabbbbcccc' }],
    ['nspawn', { container: 'models' }],
  ] as const)('%s', (which, wanted) => expect(cgroupPlace(CGROUPS[which])).toEqual({ ...nobody, ...wanted }));

  it('names the container before the unit inside it', () => {
    expect(cgroupPlace(CGROUPS.lxc)).toMatchObject({ container: 'models' });
  });
});

describe('foreignOwner', () => {
  const process = (over: Partial<Ancestor>): Ancestor => ({
    pid: 1184,
    name: 'ollama',
    path: null,
    user: 'ada',
    mine: true,
    terminal: false,
    cgroup: null,
    service: null,
    ...over,
  });
  const shell = process({ pid: 20, name: 'bash', terminal: true });
  const tmux = process({ pid: 10, name: 'tmux: server' });
  const init = process({ pid: 1, name: 'systemd', user: 'root', mine: false });

  it('names the unit', () => {
    const chain = [process({ cgroup: CGROUPS.systemUnit, user: 'ollama', mine: false }), init];
    expect(foreignOwner(chain, CGROUPS.session)).toEqual({
      by: 'systemd',
      pid: 1184,
      name: 'ollama',
      user: 'ollama',
      mine: false,
      unit: { name: 'ollama.service', scope: 'system' },
      parent: null,
    });
  });

  it('does not take the service that a terminal runs in for what started a command', () => {
    const cgroup = CGROUPS.userUnit;
    expect(foreignOwner([process({ terminal: true, cgroup }), shell, tmux, init], null)).toMatchObject({
      by: 'program',
      unit: null,
      parent: 'tmux: server',
    });
  });

  it('does not name the unit that Stackyard itself is in', () => {
    const cgroup = CGROUPS.userUnit;
    expect(foreignOwner([process({ cgroup }), init], cgroup)).toMatchObject({ by: 'program', unit: null });
  });

  it('knows a container, but not the one that Stackyard shares', () => {
    const cgroup = CGROUPS.docker;
    expect(foreignOwner([process({ cgroup })], CGROUPS.none)).toMatchObject({
      by: 'container',
      parent: '0123456789ab',
    });
    expect(foreignOwner([process({ cgroup })], cgroup)).toMatchObject({ by: 'program' });
  });

  it('knows a desktop app by its scope', () => {
    expect(foreignOwner([process({ cgroup: CGROUPS.desktopApp })], null)).toMatchObject({
      by: 'app',
      parent: 'lmstudio',
    });
  });

  it('knows nothing of who started what was left alone', () => {
    expect(foreignOwner([process({}), init], null)).toMatchObject({ by: 'program', parent: null });
    expect(foreignOwner([], null)).toBeNull();
  });
});

describe('macOS', () => {
  const owner = (pid: number) => foreignOwner(parsePsAncestors(MAC_PS, parseLaunchctl(LAUNCHCTL), pid, 'ada'), null);

  it.each([
    [502, { by: 'app', name: 'ollama', parent: 'Ollama', mine: true }],
    [800, { by: 'app', name: 'LM Studio', parent: 'LM Studio' }],
    [600, { by: 'service', parent: 'homebrew.mxcl.ollama' }],
    [703, { by: 'program', parent: 'login', mine: true }],
    [900, { by: 'program', parent: null, user: 'grace', mine: false }],
  ])('pid %i', (pid, wanted) => expect(owner(pid)).toMatchObject(wanted));

  it('says nothing of a pid that is gone', () => expect(owner(12345)).toBeNull());
});

describe('Windows', () => {
  const owner = (pid: number, services: string) =>
    foreignOwner(
      parseWindowsAncestors(WINDOWS_PROCESSES, parseTasklist(services, TASKLIST.verbose), pid, 'ada'),
      null,
    );

  it('knows the desktop app above a server', () => {
    expect(owner(1001, '')).toMatchObject({ by: 'app', name: 'ollama.exe', parent: 'Ollama' });
  });
  it('knows a service', () => {
    expect(owner(1001, TASKLIST.services)).toMatchObject({ by: 'service', parent: 'OllamaService' });
  });
  it('knows a program, its user and what started it', () => {
    expect(owner(1102, TASKLIST.noServices)).toMatchObject({
      by: 'program',
      user: 'DESKTOP-7\\Ada',
      mine: true,
      parent: 'WindowsTerminal.exe',
    });
  });
});

describe('parseStatLine', () => {
  it('reads name, parent and terminal behind a name with parentheses', () => {
    expect(parseStatLine('12 (a (b) c) S 7 12 12 34816 12 0')).toEqual({ name: 'a (b) c', ppid: 7, terminal: true });
    expect(parseStatLine('12 (a) S 7 12 12 0 -1 0')).toEqual({ name: 'a', ppid: 7, terminal: false });
    expect(parseStatLine('12 (a) Z 7 12 12 0 -1 0')).toBeNull();
    expect(parseStatLine('')).toBeNull();
  });
});

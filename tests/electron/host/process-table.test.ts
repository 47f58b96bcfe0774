import { describe, expect, it } from 'vitest';
import { parsePsTable, parseStat, parseWindowsTable } from '../../../electron/host/process-table.ts';
import { descendantsIn, parseEnvironments } from '../../../electron/host/processes.ts';

describe('parseStat', () => {
  const stat = (name: string, state: string) =>
    `4711 (${name}) ${state} 17 4700 4700 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 987654 1000 10 18446744073709551615`;

  it('finds the start time behind any name', () => {
    const row = {
      pid: 4711,
      ppid: 17,
      pgid: 4700,
      startTime: 'boot:987654',
      use: { cpu: 0.03, threads: 1, began: 9876.54 },
    };
    expect(parseStat(stat('llama-server', 'S'), 'boot')).toEqual({ ...row, name: 'llama-server' });
    expect(parseStat(stat('a) R 1 (b', 'R'), 'boot')).toEqual({ ...row, name: 'a) R 1 (b' });
  });

  it('takes zombies for dead, and nonsense for nothing', () => {
    expect(parseStat(stat('x', 'Z'), 'boot')).toBeNull();
    expect(parseStat(stat('x', 'X'), 'boot')).toBeNull();
    expect(parseStat('', 'boot')).toBeNull();
    expect(parseStat('12 (x) S 1', 'boot')).toBeNull();
  });
});

describe('parsePsTable', () => {
  it('reads macOS rows, names with blanks too, and leaves zombies out', () => {
    const text = [
      '    1     0     1 Ss   Mon Nov 23 09:04:26 2026     launchd',
      '  501     1   501 S+   Tue Dec  1 00:00:01 2026     Google Chrome He',
      '  502   501   501 Z    Tue Dec  1 00:00:01 2026     (gone)',
      '',
    ].join('\n');
    expect(parsePsTable(text)).toEqual([
      { pid: 1, ppid: 0, pgid: 1, name: 'launchd', startTime: 'Mon Nov 23 09:04:26 2026' },
      { pid: 501, ppid: 1, pgid: 501, name: 'Google Chrome He', startTime: 'Tue Dec 1 00:00:01 2026' },
    ]);
  });
});

describe('parseWindowsTable', () => {
  it('reads rows, with a start time where there is one', () => {
    expect(parseWindowsTable('4 0 0 System\r\n812 4 134088642000000000 My App.exe\r\n\r\n')).toEqual([
      { pid: 4, ppid: 0, pgid: null, name: 'System', startTime: null },
      { pid: 812, ppid: 4, pgid: null, name: 'My App.exe', startTime: '134088642000000000' },
    ]);
  });
});

describe('descendantsIn', () => {
  const row = (pid: number, ppid: number) => ({ pid, ppid, pgid: null, name: '', startTime: null });

  it('finds children of children, and ends in a circle of reused pids', () => {
    const table = [row(10, 1), row(11, 10), row(12, 11), row(13, 2), row(14, 15), row(15, 14)];
    expect(descendantsIn(table, 10).map((found) => found.pid)).toEqual([11, 12]);
    expect(descendantsIn(table, 14).map((found) => found.pid)).toEqual([15]);
    expect(descendantsIn(table, 99)).toEqual([]);
  });
});

describe('parseEnvironments', () => {
  const text =
    '  7 llama-server -m x STACKYARD_RUN=ab:1 A=b\n 8 vim STACKYARD_RUN=ab:12\n 9 sh XSTACKYARD_RUN=ab:1\n';

  it('takes a whole tag for itself only, and one that ends in a colon for all runs', () => {
    expect([...parseEnvironments(text, 'STACKYARD_RUN=ab:1')]).toEqual([7]);
    expect([...parseEnvironments(text, 'STACKYARD_RUN=ab:')]).toEqual([7, 8]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  cpuShare,
  parseCpu,
  parseMeminfo,
  parseResident,
  parseUptime,
} from '../../../../electron/core/system/proc-text.ts';

describe('the ticks of /proc/stat', () => {
  it('count waiting for a disk as rest, and guests not twice', () => {
    const text = 'cpu  100 20 30 400 50 6 7 8 90 10\ncpu0 1 1 1 1\nintr 1\n';
    expect(parseCpu(text)).toEqual({ busy: 171, all: 621 });
    // Kernels before 2.6.11 know four columns.
    expect(parseCpu('cpu  1 2 3 4\n')).toEqual({ busy: 6, all: 10 });
  });

  it.each(['', 'cpu0 1 2 3 4\n', 'cpu  1 2\n', 'intr 5\n'])('are not in %j', (text) =>
    expect(parseCpu(text)).toBeNull(),
  );

  it('become a share between two looks', () => {
    expect(cpuShare({ busy: 100, all: 200 }, { busy: 150, all: 400 })).toBe(25);
    expect(cpuShare(null, { busy: 1, all: 2 })).toBeNull();
    expect(cpuShare({ busy: 1, all: 2 }, null)).toBeNull();
    expect(cpuShare({ busy: 5, all: 9 }, { busy: 5, all: 9 })).toBeNull();
    // A virtual machine that moved sets them back.
    expect(cpuShare({ busy: 50, all: 90 }, { busy: 5, all: 95 })).toBeNull();
  });
});

describe('/proc/meminfo', () => {
  it('tells memory that is in use, and swap', () => {
    const text =
      'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\nSwapTotal:       200 kB\nSwapFree:         50 kB\n';
    expect(parseMeminfo(text)).toEqual({
      memory_total: 1000 * 1024,
      memory_used: 600 * 1024,
      swap_total: 200 * 1024,
      swap_used: 150 * 1024,
    });
  });

  it('keeps unknown what is not there', () => {
    expect(parseMeminfo('MemTotal: 1000 kB\nSwapTotal: 0 kB\n')).toEqual({
      memory_total: 1000 * 1024,
      memory_used: null,
      swap_total: 0,
      swap_used: null,
    });
    expect(parseMeminfo('')).toMatchObject({ memory_total: null, swap_total: null });
  });
});

describe('/proc/PID/status', () => {
  it('tells own memory apart from mapped files', () => {
    const text = 'VmRSS:\t 815 kB\nRssAnon:\t      40 kB\nRssFile:\t     760 kB\nRssShmem:\t      15 kB\n';
    expect(parseResident(text)).toEqual({ own: 55 * 1024, file: 760 * 1024 });
    expect(parseResident('RssAnon:\t 7 kB\n')).toEqual({ own: 7 * 1024, file: null });
  });

  it('tells nothing of a thread of the kernel, or of who is gone', () => {
    expect(parseResident('Name:\tkthreadd\n')).toBeNull();
    expect(parseResident('')).toBeNull();
  });
});

it('/proc/uptime', () => {
  expect(parseUptime('350735.47 234388.90\n')).toBe(350735.47);
  expect(parseUptime('')).toBeNull();
});

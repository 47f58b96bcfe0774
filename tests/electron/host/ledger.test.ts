import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LedgerEntry, openLedger } from '../../../electron/host/ledger.ts';
import { tempFolder } from '../../support/tmp.ts';

const entry = (pid: number, name = 'llama'): LedgerEntry => ({
  pid,
  startTime: `boot:${pid}`,
  tag: 'ab:1',
  kind: 'engine',
  name,
});

describe('the ledger', () => {
  it('has an entry on disk when record resolves, readable by us only', async () => {
    const path = join(tempFolder(), 'ledger.json');
    const ledger = await openLedger(path);
    await ledger.record(entry(10));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ schema: 1, entries: [entry(10)] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await ledger.record(entry(10, 'another'));
    await ledger.record(entry(11));
    await ledger.remove(10);
    expect((await openLedger(path)).entries()).toEqual([entry(11)]);
  });

  it('keeps all of many changes at once, each safe when its promise resolves', async () => {
    const path = join(tempFolder(), 'ledger.json');
    const ledger = await openLedger(path);
    const onDisk = () =>
      (JSON.parse(readFileSync(path, 'utf8')) as { entries: LedgerEntry[] }).entries.map((one) => one.pid);
    await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        await ledger.record(entry(100 + n));
        expect(onDisk()).toContain(100 + n);
        if (n % 2 === 0) {
          await ledger.remove(100 + n);
          expect(onDisk()).not.toContain(100 + n);
        }
      }),
    );
    expect((await openLedger(path)).entries()).toHaveLength(20);
  });

  it('puts a broken file aside and starts empty', async () => {
    for (const text of ['{"schema":1,"entries":[{"pi', '', 'null', '{"entries": 3}']) {
      const path = join(tempFolder(), 'ledger.json');
      writeFileSync(path, text);
      const ledger = await openLedger(path);
      expect(ledger.entries()).toEqual([]);
      expect(readFileSync(`${path}.broken`, 'utf8')).toBe(text);
      await ledger.record(entry(12));
      expect((await openLedger(path)).entries()).toEqual([entry(12)]);
    }
  });

  it('refuses to record what it can’t write, and forgets all the same', async () => {
    const folder = join(tempFolder(), 'sub');
    mkdirSync(folder);
    const ledger = await openLedger(join(folder, 'ledger.json'));
    await ledger.record(entry(16));
    rmSync(folder, { recursive: true });
    await expect(ledger.record(entry(17))).rejects.toThrow(/ENOENT/);
    await ledger.remove(16);
    mkdirSync(folder);
    await ledger.record(entry(18));
    expect((await openLedger(join(folder, 'ledger.json'))).entries()).toEqual([entry(17), entry(18)]);
  });

  it('has forgotten on disk when remove resolves, whoever asked first', async () => {
    const path = join(tempFolder(), 'ledger.json');
    const ledger = await openLedger(path);
    await ledger.record(entry(19));
    void ledger.remove(19);
    await ledger.remove(19);
    expect((await openLedger(path)).entries()).toEqual([]);
  });

  it('leaves out rows that no host wrote, above all pids that would hit too much', async () => {
    const path = join(tempFolder(), 'ledger.json');
    const rows = [entry(13), entry(0), entry(1), entry(-1), { ...entry(14), tag: 5 }, { ...entry(15), kind: 'x' }, 7];
    writeFileSync(path, JSON.stringify({ schema: 1, entries: rows }));
    expect((await openLedger(path)).entries()).toEqual([entry(13)]);
    expect(existsSync(`${path}.broken`)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { parseLsof, parseNetstat, parseNetTcp } from '../../../electron/host/ports.ts';

describe('parseNetTcp', () => {
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 54321 1 0000000000000000',
    '   1: 0100007F:0FA0 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 54322 1 0000000000000000',
    '   2: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1 0000000000000000',
  ].join('\n');

  it('takes the listening socket of that port only', () => {
    expect(parseNetTcp(text, 4000)).toEqual([{ inode: '54321', uid: 1000 }]);
    expect(parseNetTcp(text, 8000)).toEqual([{ inode: '777', uid: 0 }]);
    expect(parseNetTcp(text, 80)).toEqual([]);
  });

  it('reads the long addresses of IPv6', () => {
    const line =
      '   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   33        0 9 1 0';
    expect(parseNetTcp(line, 80)).toEqual([{ inode: '9', uid: 33 }]);
  });
});

describe('parseLsof', () => {
  it('takes the first process', () => {
    expect(parseLsof('p812\nf23\np900\nf3\n')).toBe(812);
    expect(parseLsof('')).toBeNull();
  });
});

describe('parseNetstat', () => {
  it('takes the listener, in whatever language Windows speaks', () => {
    const text = [
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    127.0.0.1:4000         127.0.0.1:50122        HERGESTELLT     99',
      '  TCP    127.0.0.1:4000         0.0.0.0:0              ABHÖREN         4242',
      '  TCP    [::]:8000              [::]:0                 LISTENING       8',
    ].join('\r\n');
    expect(parseNetstat(text, 4000)).toBe(4242);
    expect(parseNetstat(text, 8000)).toBe(8);
    expect(parseNetstat(text, 400)).toBeNull();
  });
});

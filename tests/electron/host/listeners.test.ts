import { expect, it } from 'vitest';
import { parseListeners } from '../../../electron/host/listeners.ts';

it('lists what listens where loopback reaches it', () => {
  const line = (local: string, state: string, inode: string) =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`;
  const text = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    line('0100007F:270F', '0A', '11'),
    line('00000000:1F40', '0A', '12'),
    line('00000000000000000000000000000000:2CAA', '0A', '13'),
    line('0000000000000000FFFF00000100007F:04D2', '0A', '14'),
    line('0500A8C0:1F90', '0A', '15'), // 192.168.0.5 only
    line('0100007F:1F91', '01', '16'), // a connection
    '',
  ].join('\n');
  expect(parseListeners(text)).toEqual([
    { inode: '11', port: 9999 },
    { inode: '12', port: 8000 },
    { inode: '13', port: 11434 },
    { inode: '14', port: 1234 },
  ]);
});

import { describe, expect, it } from 'vitest';
import { localPort } from '../../../electron/host/owner-watch.ts';

describe('localPort', () => {
  it.each([
    ['http://127.0.0.1:11434', 11434],
    ['http://[::1]:8080', 8080],
    ['http://localhost/v1', 80],
    ['https://models.localhost', 443],
    ['http://192.0.2.10:8000/v1', null],
    ['https://api.example.com/v1', null],
    ['nonsense', null],
  ])('%s is %s', (address, port) => expect(localPort(address)).toBe(port));
});

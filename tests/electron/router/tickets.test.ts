import { describe, expect, it } from 'vitest';
import { createTickets } from '../../../electron/router/tickets.ts';

const terms = { refuse: 1, only: null, wake: false };

describe('a ticket', () => {
  it('is good once', () => {
    const tickets = createTickets();
    tickets.admit('secret', terms, 0);
    expect(tickets.take('secret', 1)).toEqual(terms);
    expect(tickets.take('secret', 2)).toBeNull();
  });

  it('means nothing when nobody announced it, or when it comes late', () => {
    const tickets = createTickets();
    tickets.admit('secret', terms, 0);
    for (const header of [undefined, '', 'guess', ['secret'], '__proto__'])
      expect(tickets.take(header, 1)).toBeNull();
    expect(tickets.take('secret', 60_000)).toBeNull();
  });

  it('is forgotten when far too many are out', () => {
    const tickets = createTickets();
    for (let i = 0; i < 200; i += 1) tickets.admit(`t${i}`, terms, 0);
    expect(tickets.take('t0', 1)).toBeNull();
    expect(tickets.take('t199', 1)).toEqual(terms);
  });
});

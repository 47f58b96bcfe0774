import { describe, expect, it } from 'vitest';
import { createRates } from '../../../electron/router/rates.ts';
import type { ClientKey } from '../../../shared/contract/router.ts';

const key = (over: Partial<ClientKey> = {}): ClientKey => ({
  name: 'laptop',
  key: 'sk',
  models: ['*'],
  requests_per_minute: null,
  tokens_per_minute: null,
  expires: null,
  ...over,
});

describe('rates', () => {
  it('let so many requests through within any minute, and say when the next may come', () => {
    const rates = createRates();
    const two = key({ requests_per_minute: 2 });
    expect(rates.admit(two, 0)).toBeNull();
    expect(rates.admit(two, 10_000)).toBeNull();
    expect(rates.admit(two, 20_000)).toMatchObject({ code: 'rate_limited', retryAfter: 40 });
    expect(rates.admit(key({ name: 'other', requests_per_minute: 2 }), 20_000)).toBeNull();
    expect(rates.admit(two, 59_999)).not.toBeNull();
    expect(rates.admit(two, 60_000)).toBeNull();
    expect(rates.admit(two, 60_001)).toMatchObject({ retryAfter: 9.999 });
  });

  it('refuse after the tokens of a minute are spent, until enough of them are old', () => {
    const rates = createRates();
    const hundred = key({ tokens_per_minute: 100 });
    expect(rates.admit(hundred, 0)).toBeNull();
    rates.spend(hundred, 60, 0);
    expect(rates.admit(hundred, 1_000)).toBeNull();
    rates.spend(hundred, 150, 30_000);
    rates.spend(hundred, 10, 31_000);
    expect(rates.admit(hundred, 40_000)).toMatchObject({ code: 'rate_limited', retryAfter: 50 });
    expect(rates.admit(hundred, 90_000)).toBeNull();
  });

  it('keep counting when a new table brings the same key again', () => {
    const rates = createRates();
    expect(rates.admit(key({ requests_per_minute: 1 }), 0)).toBeNull();
    expect(rates.admit(key({ requests_per_minute: 1 }), 1)).not.toBeNull();
    expect(rates.admit(key({ requests_per_minute: 5 }), 2)).toBeNull();
  });

  it('leave a key without limits alone', () => {
    const rates = createRates();
    for (let i = 0; i < 1_000; i += 1) {
      expect(rates.admit(key(), i)).toBeNull();
      rates.spend(key(), 1_000_000, i);
    }
  });
});

import { expect, it } from 'vitest';
import { abilityWords, canDo, withoutAbility } from '../../renderer/abilities.ts';
import type { Abilities } from '../../shared/model.ts';
import { model } from './support/recorded.ts';

const can = (images: boolean | null): Abilities => ({ images, tools: null, reasoning: null });
const of = (id: string, ...told: (Abilities | null)[]) =>
  model(id, 'a', {
    targets: told.map((one) => ({ engine: 'a', model: id, phase: 'ready', progress: null, can: one })),
  });

it('is a yes when one target says so, a no only when all do', () => {
  expect(canDo(of('x', can(true), can(false)), 'images')).toBe(true);
  expect(canDo(of('x', can(false), can(false)), 'images')).toBe(false);
  expect(canDo(of('x', can(false), null), 'images')).toBeNull();
  expect(canDo(of('x', can(null)), 'images')).toBeNull();
  expect(canDo(of('x'), 'images')).toBeNull();
});

it('tells apart who surely can’t and of whom nobody knows', () => {
  const models = [of('sees', can(true)), of('blind', can(false)), of('quiet', null)];
  expect(withoutAbility(models, ['sees', 'blind', 'quiet', 'gone'], 'images')).toEqual({
    no: ['blind'],
    unknown: ['quiet', 'gone'],
  });
});

it('is said in words, as far as it is known', () => {
  expect(abilityWords({ images: true, tools: true, reasoning: false })).toBe('Takes pictures, calls tools');
  expect(abilityWords(can(null))).toBe('');
  expect(abilityWords(null)).toBe('');
});

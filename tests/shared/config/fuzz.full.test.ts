import { it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('50,000 texts of bytes and structure: no exception, no place outside of the text', () => fuzz(50_000));

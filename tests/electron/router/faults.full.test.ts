/** What faults.int.test.ts leaves out: fallback entries and slow clients in every family's words. */
import { faultMatrix, TONGUES } from './fault-matrix.ts';

const others = TONGUES.slice(1);
faultMatrix(others, ['fallback']);
faultMatrix(others, ['alone', 'two targets'], ['a slow client']);

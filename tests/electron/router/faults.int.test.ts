/** OpenAI's clients in all places; the other families where no fallback entry comes in. The rest: faults.full.test.ts. */
import { FAULTS, faultMatrix, TONGUES } from './fault-matrix.ts';

const [openai, ...others] = TONGUES;
if (openai) faultMatrix([openai]);
faultMatrix(
  others,
  ['alone', 'two targets'],
  FAULTS.filter((fault) => fault !== 'a slow client'),
);

/** The words of a notification about an engine. */
import type { Cause } from '../../shared/model.ts';

export interface Words {
  readonly title: string;
  readonly body: string;
}

export interface ToldNotice {
  readonly engine: string;
  readonly kind: 'crashed' | 'failed' | 'recovered' | 'warned';
  readonly cause: Cause | null;
}

/** Title and body; the body says why, and what to do when something has to be done. */
export function noticeWords({ engine, kind, cause }: ToldNotice): Words {
  const why = short(cause?.message ?? '');
  const what = cause?.hint ?? '';
  // A desktop shows a few lines; the card in the window has the rest.
  const both = what !== '' && why.length + what.length < LONGEST ? [why, what].join(' ').trim() : why;
  switch (kind) {
    case 'crashed':
      return { title: `${engine} crashed`, body: `${why} It is being started again.`.trim() };
    case 'failed':
      return { title: `${engine} failed`, body: both };
    case 'warned':
      return {
        title: `${engine} needs attention`,
        body: both,
      };
    case 'recovered':
      return { title: `${engine} is ready again`, body: 'It takes requests.' };
  }
}

/** Characters of a body. */
const LONGEST = 200;

const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** The words of a notification about an engine. */
import type { Cause } from '../../shared/model.ts';

export interface ToldNotice {
  readonly engine: string;
  readonly kind: 'crashed' | 'failed' | 'recovered' | 'warned';
  readonly cause: Cause | null;
}

/** Title and body; the body says why, and what to do when something has to be done. */
export function noticeWords({ engine, kind, cause }: ToldNotice): { readonly title: string; readonly body: string } {
  const why = cause?.message ?? '';
  switch (kind) {
    case 'crashed':
      return { title: `${engine} crashed`, body: `${why} It is being started again.`.trim() };
    case 'failed':
      return { title: `${engine} failed`, body: [why, cause?.hint ?? ''].filter((text) => text !== '').join(' ') };
    case 'warned':
      return {
        title: `${engine} needs attention`,
        body: [why, cause?.hint ?? ''].filter((text) => text !== '').join(' '),
      };
    case 'recovered':
      return { title: `${engine} is ready again`, body: 'It takes requests.' };
  }
}

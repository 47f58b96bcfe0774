import type { RouteNews } from './contract/verify.ts';

/** Characters of a body: a desktop shows a few lines. */
const LONGEST = 200;

/** Models that stopped answering, or answer again, in the words of one notification. */
export function routeNewsWords({ failed, recovered }: RouteNews): { readonly title: string; readonly body: string } {
  const [first] = failed;
  if (first === undefined) {
    const title =
      recovered.length === 1 ? `${recovered[0]} answers again` : `${recovered.length} models answer again`;
    return { title, body: short(recovered.length === 1 ? 'It passed its verification.' : recovered.join(', ')) };
  }
  const again = recovered.length === 0 ? '' : ` Answering again: ${recovered.join(', ')}.`;
  if (failed.length > 1) {
    const title = `${failed.length} models no longer answer`;
    return { title, body: short(`${failed.map(({ id }) => id).join(', ')}.${again}`) };
  }
  return {
    title: `${first.id} no longer answers`,
    body: short(`${first.cause?.message ?? 'It failed its verification.'}${again}`),
  };
}

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** The Hugging Face hub: where its files are, and the token that its gated ones want. */
import type { Redactor } from '../../core/redactor.ts';
import { openSecrets, type SecretSources } from '../secrets.ts';

export interface Hub {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | null;
  readonly urlOf: (repository: { readonly id: string; readonly revision: string }, path: string) => string;
}

/**
 * The hub by the variables that Hugging Face's own tools heed: `HF_ENDPOINT` for a mirror, `HF_TOKEN`; the secret `huggingface`
 * wins. A token is never sent in the clear, but to this machine itself.
 */
export function openHub(env: Readonly<Record<string, string | undefined>>, secret: string | null): Hub {
  const url = (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const token = secret ?? (env.HF_TOKEN || null);
  return {
    url,
    token: isPrivate(url) ? token : null,
    urlOf: ({ id, revision }, path) => {
      const coded = path.split('/').map(encodeURIComponent).join('/');
      return `${url}/${id}/resolve/${encodeURIComponent(revision)}/${coded}`;
    },
  };
}

/** The hub as the host finds it now. */
export async function findHub(sources: SecretSources, redactor: Redactor): Promise<Hub> {
  const secrets = await openSecrets(sources, redactor);
  const secret = await secrets.secret('huggingface').catch(() => null);
  if (sources.env.HF_TOKEN) redactor.add(sources.env.HF_TOKEN);
  return openHub(sources.env, secret);
}

const isPrivate = (url: string): boolean =>
  /^https:\/\//i.test(url) || /^http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?(?:\/|$)/i.test(url);

/** How programs of one's own are connected, ready to paste. Pure; apps with settings of their own are in `client-apps.ts`. */
import { appSettings } from './client-apps.ts';

export interface Snippet {
  readonly kind: 'settings' | 'python' | 'node' | 'curl';
  readonly title: string;
  readonly language: string;
  readonly text: string;
}

/** Snippets for a base URL (with `/v1`) and a model. Keys are never written out. */
export function snippets(base: string, model: string, needsKey: boolean): readonly Snippet[] {
  const key = needsKey ? 'YOUR_KEY' : 'none';
  const name = JSON.stringify(model);
  return [
    {
      kind: 'settings',
      title: 'Environment',
      language: 'sh',
      text: appSettings('env', { base, model, needsKey }).text,
    },
    {
      kind: 'python',
      title: 'Python',
      language: 'python',
      text: `from openai import OpenAI

client = OpenAI(base_url="${base}", api_key="${key}")
answer = client.chat.completions.create(
    model=${name},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
    },
    {
      kind: 'node',
      title: 'JavaScript',
      language: 'js',
      text: `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${base}', apiKey: '${key}' });
const answer = await client.chat.completions.create({
  model: ${name},
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0].message.content);`,
    },
    {
      kind: 'curl',
      title: 'curl',
      language: 'sh',
      text: `curl ${base}/chat/completions \\
  -H 'Content-Type: application/json'${needsKey ? ` \\\n  -H 'Authorization: Bearer ${key}'` : ''} \\
  -d '${JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }).replaceAll("'", "'\\''")}'`,
    },
  ];
}

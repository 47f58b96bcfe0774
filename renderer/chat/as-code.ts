/** The same request as a program of one's own would send it. The window's own token is never part of it. Pure. */
import { type ChatRequest, chatBody } from './chat-request.ts';

export const CODE_KINDS = ['curl', 'Python', 'TypeScript'] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

/** `base` ends in `/v1`; `needsKey`: clients need one of `gateway.api_keys`. */
export function asCode(kind: CodeKind, base: string, request: ChatRequest, needsKey: boolean): string {
  switch (kind) {
    case 'curl':
      return asCurl(base, request, needsKey);
    case 'Python':
      return asPython(base, request, needsKey);
    case 'TypeScript':
      return asTypeScript(base, request, needsKey);
  }
}

function asCurl(base: string, request: ChatRequest, needsKey: boolean): string {
  const body = JSON.stringify(chatBody(request), null, 2).replaceAll("'", "'\\''");
  const key = needsKey ? " \\\n  -H 'Authorization: Bearer YOUR_KEY'" : '';
  return `curl -N ${base}/chat/completions \\\n  -H 'Content-Type: application/json'${key} \\\n  -d '${body}'`;
}

function asPython(base: string, request: ChatRequest, needsKey: boolean): string {
  const args = Object.entries(request).map(([name, value]) => `    ${name}=${pythonOf(value, 1)},`);
  return `from openai import OpenAI

client = OpenAI(base_url=${JSON.stringify(base)}, api_key="${keyFor(needsKey)}")
stream = client.chat.completions.create(
${args.join('\n')}
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`;
}

function asTypeScript(base: string, request: ChatRequest, needsKey: boolean): string {
  const body = JSON.stringify({ ...request, stream: true }, null, 2);
  return `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${JSON.stringify(base)}, apiKey: '${keyFor(needsKey)}' });
const stream = await client.chat.completions.create(${body});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}
`;
}

const keyFor = (needsKey: boolean): string => (needsKey ? 'YOUR_KEY' : 'none');

/** A JSON value as Python writes it; JSON's strings are Python's too. */
function pythonOf(value: unknown, depth: number): string {
  const pad = '    '.repeat(depth);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((one) => `${pad}    ${pythonOf(one, depth + 1)},`).join('\n')}\n${pad}]`;
  }
  if (typeof value === 'object') {
    const rows = Object.entries(value).map(([k, v]) => `${pad}    ${JSON.stringify(k)}: ${pythonOf(v, depth + 1)},`);
    return rows.length === 0 ? '{}' : `{\n${rows.join('\n')}\n${pad}}`;
  }
  return JSON.stringify(value);
}

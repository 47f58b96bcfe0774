/** A conversation with one model, and one with two side by side, with the figures of their answers. Made up. */
import { type Answer, begun, type Metrics } from '../../../renderer/chat/answer.ts';
import { type Conversation, emptyChat } from '../../../renderer/chat/conversation.ts';

const QUESTION = 'Write a Python slugify() for blog titles. Handle accents, then name one weakness.';

const answer = (model: string, content: string, metrics: Partial<Metrics>, change: Partial<Answer> = {}): Answer => {
  const plain = begun(model);
  return { ...plain, state: 'done', content, ...change, metrics: { ...plain.metrics, ...metrics } };
};

const GEMMA = answer(
  'gemma-3-4b-it',
  `Here is a version **without** imports:

\`\`\`python
def slugify(text):
    out = []
    for ch in text.lower():
        if ch.isalnum():
            out.append(ch)
        elif out and out[-1] != "-":
            out.append("-")
    return "".join(out).strip("-")
\`\`\`

- keeps accents, because \`isalnum()\` is true for é
- turns *everything* else into one hyphen

**Weakness:** two titles that differ only in their signs get the same slug.`,
  {
    firstToken: 88,
    total: 2_270,
    thought: null,
    promptTokens: 27,
    tokens: 204,
    route: 'llama/gemma-3-4b-it',
    finish: 'stop',
    memory: { kind: 'GPU', change: 21_000_000 },
  },
);

const LLAMA = answer(
  'llama3.1',
  `Accents are taken off by Unicode’s decomposition:

\`\`\`python
import re
import unicodedata

def slugify(title: str) -> str:
    text = unicodedata.normalize("NFKD", title)
    text = text.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
\`\`\`

**Weakness:** whatever has no ASCII letter beneath it is lost, so a title in Greek gives an empty slug.`,
  {
    firstToken: 610,
    total: 4_870,
    thought: 420,
    promptTokens: 27,
    tokens: 268,
    route: 'ollama/llama3.1:latest',
    finish: 'stop',
    memory: { kind: 'GPU', change: 0 },
  },
  { reasoning: 'The user wants a slug function. Accents first, then one weakness.' },
);

const of = (id: string, answers: readonly Answer[]): Conversation => ({
  ...emptyChat(id, '2026-11-23T14:02:00.000Z'),
  models: answers.map(({ model }) => model),
  turns: [{ id: 1, ask: QUESTION, images: [], answers }],
});

export const TALK = of('recorded-talk', [GEMMA]);
export const SIDE_BY_SIDE = of('recorded-two', [GEMMA, LLAMA]);

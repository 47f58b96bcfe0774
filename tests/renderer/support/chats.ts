/** Conversations as the playground keeps them. */
import { type Answer, begun } from '../../../renderer/chat/answer.ts';
import { type Conversation, emptyChat } from '../../../renderer/chat/conversation.ts';

/** A finished answer. */
export const answered = (content: string, model = 'm'): Answer => ({ ...begun(model), state: 'done', content });

/** A conversation of questions, each with an answer of every model. */
export function conversation(
  id: string,
  asks: readonly (readonly [ask: string, ...answers: string[]])[],
  change: Partial<Conversation> = {},
): Conversation {
  const models = change.models ?? ['m'];
  return {
    ...emptyChat(id, '2026-11-23T08:00:00.000Z'),
    models,
    turns: asks.map(([ask, ...answers], i) => ({
      id: i + 1,
      ask,
      images: [],
      answers: answers.map((content, lane) =>
        content === '' ? begun(models[lane] ?? 'm') : answered(content, models[lane]),
      ),
    })),
    ...change,
  };
}

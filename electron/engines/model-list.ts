import { fields, number, objects, text } from './answer.ts';
import type { Answer, ReportedModel } from './profile.ts';

/** The models of an OpenAI list (`{"data": [{"id"}]}`) of a server that has them all at hand; `null` when it isn't one. */
export function openaiModels(answer: Answer): readonly ReportedModel[] | null {
  if (answer.status !== 200) return null;
  const list = fields(answer.json);
  // An Ollama without a model says `null` for "none".
  const data = list?.object === 'list' && list.data === null ? [] : objects(list?.data);
  if (data === null) return null;
  return data.flatMap((entry) => {
    const id = text(entry.id);
    if (id === null) return [];
    // `max_model_len` is vLLM's, `context_length` OpenRouter's and llama.cpp's.
    const context_length = number(entry.max_model_len) ?? number(entry.context_length);
    return [{ id, phase: 'ready', progress: null, context_length, loadable: false } as const];
  });
}

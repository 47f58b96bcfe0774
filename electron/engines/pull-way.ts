/** How a model is got for an engine, and what to do instead where that is not Stackyard's to do. */
import type { EngineConfig } from '../../shared/config/schema.ts';
import { fields, number, text } from './answer.ts';
import type { PullWay } from './profile.ts';

/**
 * Ollama's `POST /api/pull`: lines with `status` and, while a layer comes, `digest`, `total` and `completed`; `error` in place
 * of all that; `{"status":"success"}` as the last one (docs/api.md). It goes on by itself where an earlier pull was cut.
 */
export const OLLAMA_PULL: PullWay = {
  by: 'engine',
  request: (model) => ({ method: 'POST', path: '/api/pull', body: { model, stream: true } }),
  read: (line) => {
    const said = fields(line);
    if (said === null) return null;
    const status = text(said.status);
    const digest = text(said.digest);
    const total = number(said.total);
    return {
      // The layer's short digest says nothing to a person.
      doing: status === null ? null : /^pulling [0-9a-f]{8,}/.test(status) ? 'downloading' : status,
      layer: digest === null || total === null ? null : { id: digest, total, done: number(said.completed) ?? 0 },
      error: text(said.error),
      success: status === 'success',
    };
  },
};

/** llama.cpp's router takes files from its folder; `reload` makes it look again (recorded from llama-server b11669). */
export function llamaCppPull(config: EngineConfig): PullWay {
  if (config.models_dir !== null) {
    return { by: 'file', folder: config.models_dir, relist: { method: 'GET', path: '/models?reload=1' } };
  }
  if (config.mode === 'external') return NOT_OURS;
  return config.model === null ? NO_FOLDER : ONE_FILE;
}

export const ONE_FILE: PullWay = {
  by: 'nobody',
  message: 'It serves the one file that `model` names.',
  hint: 'Use a llama.cpp engine with `models_dir`, which serves all models of a folder; or download the file yourself and name it in `model`.',
};

export const VLLM_PULL: PullWay = {
  by: 'nobody',
  message: 'vLLM downloads its model by itself when it starts.',
  hint: 'Set the engine’s `model` to a name on Hugging Face and start it; the download is told in its log.',
};

export const NOT_OURS: PullWay = {
  by: 'nobody',
  message: 'It has the models that its own operator gave it.',
  hint: 'Add the model where that server is run.',
};

export const LITELLM_PULL: PullWay = {
  by: 'nobody',
  message: 'LiteLLM has no models of its own: it passes requests on.',
  hint: 'Add the model to its configuration.',
};

const NO_FOLDER: PullWay = {
  by: 'nobody',
  message: 'It has no folder of models to put a file into.',
  hint: 'Give the engine a `models_dir`, e.g. ~/models.',
};

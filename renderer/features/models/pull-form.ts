/** What the "Get a model" dialog makes of what is typed. Pure. */
import type { EngineView } from '../../../shared/model.ts';
import { FILE_EXAMPLES, readModelName, readPullSource, readSha256 } from '../../../shared/pull-source.ts';
import { plural } from '../../format.ts';

/** Engines that a model can be got for. */
export const pullers = (engines: readonly EngineView[]): readonly EngineView[] =>
  engines.filter((engine) => engine.pulls !== null);

export interface Typed {
  readonly model: string;
  readonly sha256: string;
}

export interface Judged {
  /** Ready to be sent; `null` while something is missing or wrong. */
  readonly input: { readonly model: string; readonly sha256: string | null } | null;
  /** About the model: what will be done, or what is wrong. */
  readonly model: Remark;
  readonly sha256: Remark;
}

export interface Remark {
  readonly wrong: boolean;
  readonly text: string;
}

/** Judges the fields for an engine. Empty fields are not wrong, only not enough. */
export function judge(engine: Pick<EngineView, 'pulls'>, typed: Typed): Judged {
  const model = engine.pulls === 'name' ? judgeName(typed.model) : judgeFile(typed.model);
  const sha256 = judgeSum(engine, typed);
  const fits = typed.model.trim() !== '' && !model.wrong && !sha256.wrong;
  const sum = engine.pulls === 'name' ? null : readSha256(typed.sha256);
  return { input: fits ? { model: typed.model.trim(), sha256: sum } : null, model, sha256 };
}

function judgeName(text: string): Remark {
  const name = text.trim();
  if (name === '')
    return fine('A name from Ollama’s library, or hf.co/OWNER/REPO:QUANTISATION for one from Hugging Face.');
  const read = readModelName(name);
  return read.ok ? fine('Ollama downloads and checks it.') : { wrong: true, text: `${read.message} ${read.hint}` };
}

function judgeFile(text: string): Remark {
  if (text.trim() === '')
    return fine('A GGUF file: hf:OWNER/REPO/FILE.gguf, its page on Hugging Face, or any address.');
  const read = readPullSource(text);
  if (!read.ok) return { wrong: true, text: `${read.message} ${read.hint}` };
  const { repository, files, folder } = read.source;
  const what = folder === null ? files[0].name : `${plural(files.length, 'part')} into the folder ${folder}`;
  const branch = repository === null || repository.revision === 'main' ? '' : ` at ${repository.revision}`;
  return fine(`Gets ${what}${repository === null ? '' : ` from ${repository.id}${branch} on Hugging Face`}.`);
}

function judgeSum(engine: Pick<EngineView, 'pulls'>, typed: Typed): Remark {
  const text = typed.sha256.trim();
  if (engine.pulls === 'name' || text === '')
    return fine('Optional. Hugging Face gives one by itself, which is checked.');
  if (readSha256(text) === null) {
    return { wrong: true, text: `A sha256 has 64 digits of 0–9 and a–f; this has ${text.length} characters.` };
  }
  const read = readPullSource(typed.model);
  if (read.ok && read.source.files.length > 1) {
    return { wrong: true, text: 'One checksum can’t be that of several files. Leave it out.' };
  }
  return fine('What comes must have exactly this sha256, or it is thrown away.');
}

/** What to write, for the field's placeholder. */
export const exampleFor = (engine: Pick<EngineView, 'pulls'>): string =>
  engine.pulls === 'name' ? 'qwen2.5:7b' : FILE_EXAMPLES[0];

const fine = (text: string): Remark => ({ wrong: false, text });

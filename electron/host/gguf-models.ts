import { basename } from 'node:path';
import type { FoundModel, ModelPurpose, ModelStore } from '../../shared/contract/detected.ts';
import type { ModelHeader } from './gguf-header.ts';
import type { FileFact, Search } from './model-search.ts';

export interface GgufFile extends FileFact {
  readonly path: string;
}

/** The models that GGUF files make up; the parts of a split one (`-00001-of-00003`) are one model. By name. */
export async function ggufModels(
  search: Search,
  store: ModelStore,
  files: readonly GgufFile[],
): Promise<readonly FoundModel[]> {
  const groups = new Map<string, Part[]>();
  for (const file of files) {
    const split = SPLIT.exec(file.path);
    const key = split ? `${split[1]} of ${split[3]}` : file.path;
    const part = { file, part: Number(split?.[2] ?? 1), of: Number(split?.[3] ?? 1) };
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const models = await Promise.all([...groups.values()].map((parts) => modelOf(search, store, parts)));
  return models.sort((a, b) => a.name.localeCompare(b.name));
}

/** What llama-server can be given by itself. */
export const SERVED: readonly ModelPurpose[] = ['chat', 'embedding', 'reranker'];

const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;

interface Part {
  readonly file: GgufFile;
  readonly part: number;
  readonly of: number;
}

async function modelOf(search: Search, store: ModelStore, unsorted: readonly Part[]): Promise<FoundModel> {
  const parts = [...unsorted].sort((a, b) => a.part - b.part);
  const [first] = parts as [Part, ...Part[]];
  const answers = await Promise.all(parts.map(({ file }) => search.header(file.path, file.id)));
  const headers = answers.flatMap((answer) => (answer?.ok ? [answer.header] : []));
  const bad = answers.findIndex((answer) => answer !== null && !answer.ok);
  const said = answers[bad];
  const missing = first.of - parts.length;
  const name = basename(first.file.path)
    .replace(SPLIT, '$1')
    .replace(/\.gguf$/i, '');
  const why = said && !said.ok ? said.problem : null;
  return {
    path: first.file.path,
    name,
    store,
    format: 'gguf',
    ...factsOf(answers[0]?.ok ? answers[0].header : null, name),
    // Unknown as long as one part of it is.
    parameters: headers.length === first.of ? headers.reduce((sum, header) => sum + header.parameters, 0) : null,
    bytes: parts.reduce((sum, { file }) => sum + file.bytes, 0),
    problem:
      missing > 0
        ? `${missing} of its ${first.of} files are missing`
        : why === null
          ? null
          : parts.length === 1
            ? `not readable: ${why}`
            : `part ${parts[bad]?.part} is not readable: ${why}`,
  };
}

/** What a header tells of a model; a file whose header is not known is told by its name only. */
export function factsOf(
  header: ModelHeader | null,
  name: string,
): Pick<FoundModel, 'purpose' | 'quantization' | 'context_length'> {
  const named: ModelPurpose = /mmproj/i.test(name) ? 'projector' : 'chat';
  return {
    purpose: header === null || named === 'projector' ? named : header.purpose,
    quantization: header?.quantization ?? null,
    context_length: header?.context_length ?? null,
  };
}

import type { FoundModel, ModelFolder, ModelStore } from '../../../shared/contract/detected.ts';
import { bytes, count, plural } from '../../format.ts';

const STORES: Readonly<Record<ModelStore, string>> = {
  ollama: 'Ollama',
  huggingface: 'Hugging Face cache',
  'lm-studio': 'LM Studio',
  'llama.cpp': 'llama.cpp cache',
  folder: 'Folder',
};

/** What lies on the disk, by who keeps it; the names behind each head. */
export function ModelFolders({ folders }: { readonly folders: readonly ModelFolder[] }) {
  if (folders.length === 0) return <p className="dim">No models where programs and people usually keep them.</p>;
  const stores = [...new Set(folders.map((folder) => folder.store))];
  return (
    <ul className="stores">
      {stores.map((store) => (
        <li key={store}>
          <Store store={store} folders={folders.filter((folder) => folder.store === store)} />
        </li>
      ))}
    </ul>
  );
}

function Store({ store, folders }: { readonly store: ModelStore; readonly folders: readonly ModelFolder[] }) {
  const models = folders.flatMap((folder) => folder.models);
  const whole = models.filter((model) => model.purpose !== 'projector');
  const size = folders.reduce((sum, folder) => sum + folder.bytes, 0);
  const broken = models.filter((model) => model.problem !== null).length;
  const [first] = folders;
  return (
    <details className="names">
      <summary>
        <b>{STORES[store]}</b> {plural(whole.length, 'model')}, {bytes(size)}
        {broken > 0 && <span className="wrong">, {broken} not usable</span>}
        {folders.length === 1 && first && <span className="mono dim"> {first.path}</span>}
        {folders.some((folder) => !folder.complete) && <span className="dim"> and more that was not looked at</span>}
      </summary>
      <table className="models-found">
        <thead>
          <tr>
            <th>Model</th>
            <th>Quantisation</th>
            <th className="number">Context</th>
            <th className="number">Size</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <Row key={`${model.path} ${model.name}`} model={model} />
          ))}
        </tbody>
      </table>
    </details>
  );
}

const PURPOSES: Readonly<Record<FoundModel['purpose'], string>> = {
  chat: '',
  embedding: 'embeddings',
  reranker: 'reranking',
  projector: 'pictures for a chat model',
  adapter: 'adapter',
  other: 'no language model',
};

function Row({ model }: { readonly model: FoundModel }) {
  const { name, purpose, quantization, context_length, bytes: size, problem } = model;
  return (
    <tr>
      <td>
        <span className="mono">{name}</span> {purpose !== 'chat' && <span className="dim">{PURPOSES[purpose]}</span>}
        {problem !== null && <span className="wrong block">{sentence(problem)}</span>}
      </td>
      <td>{quantization ?? '–'}</td>
      <td className="number">{count(context_length)}</td>
      <td className="number">{bytes(size)}</td>
    </tr>
  );
}

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

/** Opens the window over the scripted bridge: `?scene=NAME`, see `scenes.ts`. For eyes only, see `photograph.mjs`. */
import { keep } from '../../../../renderer/chat/archive.ts';
import { type SceneName, sceneAt } from './scenes.ts';

const name = new URLSearchParams(window.location.search).get('scene') ?? 'busy';
const { script, draft, chat } = sceneAt(name as SceneName, Date.now());

Object.assign(window, { stackyard: script.bridge, script });
if (draft) sessionStorage.setItem('stackyard.draft', JSON.stringify(draft));
if (chat) {
  await keep(chat);
  localStorage.setItem('stackyard.chat', chat.id);
}
await import('../../../../renderer/main.tsx');

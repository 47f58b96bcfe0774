/** A conversation as a file for people or for programs. Pure. */
import type { Answer } from './answer.ts';
import { type Conversation, titleOf } from './conversation.ts';

export const EXPORTS = ['Markdown', 'JSON'] as const;
export type ExportKind = (typeof EXPORTS)[number];

export interface Exported {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** The file that is saved. Images are named in Markdown and whole in JSON. */
export function exported(chat: Conversation, kind: ExportKind): Exported {
  const name = slug(titleOf(chat));
  if (kind === 'JSON')
    return { name: `${name}.json`, type: 'application/json', text: `${JSON.stringify(chat, null, 2)}\n` };
  return { name: `${name}.md`, type: 'text/markdown', text: asMarkdown(chat) };
}

function asMarkdown(chat: Conversation): string {
  const system = chat.settings.system.trim();
  const parts = [`# ${titleOf(chat)}`, `_${chat.created}_`];
  if (system !== '') parts.push(`> ${system.replaceAll('\n', '\n> ')}`);
  for (const turn of chat.turns) {
    parts.push('## You', turn.ask, ...turn.images.map(({ name }) => `_Image: ${name}_`));
    for (const answer of turn.answers) parts.push(`## ${answer.model}`, answerText(answer));
  }
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function answerText({ content, tools, failure }: Answer): string {
  const calls = tools.map((call) => `\`\`\`json\n${call.name}(${call.arguments})\n\`\`\``);
  return [content, ...calls, failure === null ? '' : `_${failure.message}_`].filter(Boolean).join('\n\n');
}

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48) || 'chat';

import './markdown.css';
import { createElement, memo, useMemo } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';

/** An answer with its paragraphs, lists and code. Everything a model writes ends up as text nodes. */
export const Markdown = memo(function Markdown({ source }: { readonly source: string }) {
  const blocks = useMemo(() => parseMarkdown(source), [source]);
  return (
    <div className="markdown">
      {blocks.map((block, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks only grow at the end, their place is their identity
        <BlockView key={i} block={block} />
      ))}
    </div>
  );
});

function BlockView({ block }: { readonly block: Block }) {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Inlines of={block.inlines} />
        </p>
      );
    case 'heading':
      // the page's own heading is h1, so an answer's stand below it
      return createElement(
        `h${Math.min(6, block.level + 2)}`,
        { className: 'heading' },
        <Inlines of={block.inlines} />,
      );
    case 'quote':
      return (
        <blockquote>
          <Inlines of={block.inlines} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items only grow at the end
        <li key={i}>
          <Inlines of={item} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
  }
}

/** Code with its language and a way to copy it. */
export function CodeBlock({ language, text }: { readonly language: string; readonly text: string }) {
  return (
    <div className="code">
      <header>
        {language || 'code'}
        <CopyButton text={text} what="code" />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="scroll" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

function Inlines({ of }: { readonly of: readonly Inline[] }) {
  return of.map((part, i) => {
    const key = `${i}`;
    switch (part.type) {
      case 'bold':
        return <strong key={key}>{part.text}</strong>;
      case 'italic':
        return <em key={key}>{part.text}</em>;
      case 'code':
        return <code key={key}>{part.text}</code>;
      case 'link':
        return (
          <span key={key} className="link" title={part.href}>
            {part.text} <span className="dim">({part.href})</span>
          </span>
        );
      default:
        return part.text;
    }
  });
}

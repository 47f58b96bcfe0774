import './markdown.css';
import { createElement, memo, useMemo, useRef } from 'react';
import { CodeBlock } from './code-block.tsx';
import { type Block, type Inline, type Parsed, parseMarkdown } from './markdown.ts';

/** An answer with its paragraphs, lists and code. Everything a model writes ends up as text nodes. */
export const Markdown = memo(function Markdown({ source }: { readonly source: string }) {
  // While an answer streams, blocks that are finished are neither read nor rendered again.
  const last = useRef<Parsed | null>(null);
  const parsed = useMemo(() => parseMarkdown(source, last.current), [source]);
  last.current = parsed;
  return (
    <div className="markdown">
      <Blocks of={parsed.blocks} />
    </div>
  );
});

const Blocks = ({ of }: { readonly of: readonly Block[] }) =>
  of.map((block, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: blocks only grow at the end, their place is their identity
    <BlockView key={i} block={block} />
  ));

const BlockView = memo(function BlockView({ block }: { readonly block: Block }) {
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
          <Blocks of={block.blocks} />
        </blockquote>
      );
    case 'list': {
      const items = block.items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items only grow at the end
        <li key={i}>
          <Item of={item} />
        </li>
      ));
      return block.start === null ? <ul>{items}</ul> : <ol start={block.start}>{items}</ol>;
    }
    case 'rule':
      return <hr />;
    case 'table':
      return <Table head={block.head} rows={block.rows} />;
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
  }
});

/** An item's first line stands beside its mark, the rest below. */
function Item({ of: [first, ...rest] }: { readonly of: readonly Block[] }) {
  if (first === undefined) return null;
  return (
    <>
      {first.type === 'paragraph' ? <Inlines of={first.inlines} /> : <BlockView block={first} />}
      <Blocks of={rest} />
    </>
  );
}

function Table({ head, rows }: Pick<Extract<Block, { type: 'table' }>, 'head' | 'rows'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="markdown-table scroll" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell has no identity but its place
              <th key={i}>
                <Inlines of={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows only grow at the end
            <tr key={r}>
              {head.map((_, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell has no identity but its place
                <td key={i}>
                  <Inlines of={row[i] ?? []} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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

import './code-block.css';
import { memo, useMemo } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { highlight } from './highlight.ts';

interface Props {
  readonly language: string;
  readonly text: string;
  /** What it is, where the language does not say it. */
  readonly title?: string;
}

/** Code in colours, with its language and a way to copy it. */
export const CodeBlock = memo(function CodeBlock({ language, text, title }: Props) {
  const pieces = useMemo(() => highlight(language, text), [language, text]);
  return (
    <div className="code">
      <header>
        {title ?? (language || 'code')}
        <CopyButton text={text} what="code" />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre className="scroll" tabIndex={0}>
        {pieces.map((piece, i) =>
          piece.colour === null ? (
            piece.text
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
            <span key={i} className={`syn-${piece.colour}`}>
              {piece.text}
            </span>
          ),
        )}
      </pre>
    </div>
  );
});

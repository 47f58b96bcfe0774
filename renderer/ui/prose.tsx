/** A sentence of ours in which words between backticks are commands, keys or values. */
export function Prose({ text }: { readonly text: string | null | undefined }) {
  if (!text) return null;
  return text.split('`').map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: a sentence's parts have no identity but their place
      <code key={i} className="mono">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

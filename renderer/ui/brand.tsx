/** Two stacks that carry a lintel: the gate of the yard, in one ink. */
export function Brand({ size = 18 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" fill="currentColor">
      <path d="M2.5 1h11A1.500 1.500 0 0 1 15 2.500V5H1V2.500A1.500 1.500 0 0 1 2.500 1ZM1 6h5v4H1ZM10 6h5v4h-5ZM1 11h5v4H2a1 1 0 0 1-1-1ZM10 11h5v3a1 1 0 0 1-1 1h-4Z" />
    </svg>
  );
}

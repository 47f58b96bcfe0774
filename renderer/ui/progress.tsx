interface Props {
  readonly label: string;
  /** 0–1. */
  readonly value: number;
}

/** A bar for a known share. (What is not known is said in words, never by a moving bar.) */
export function Progress({ label, value }: Props) {
  const share = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuenow={share}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div style={{ width: `${share}%` }} />
    </div>
  );
}

/** Keys with values, as any reader gives them. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is keys with values: no list, no text, not nothing. */
export const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

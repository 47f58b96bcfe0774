/**
 * Keys that are read and checked but do nothing yet, by path (`*` a name, `[]` an item), each with what is missing. The only such
 * list: docs/config.md is made from it. Take a line out when the key begins to act.
 */
export const INACTIVE: Readonly<Record<string, string>> = {};

import type { RequestRecord } from '../../../shared/contract/router.ts';

/** A command for a POSIX shell that asks the same again. Only for a record whose request was kept. */
export function asCurl(gateway: string, record: RequestRecord): string {
  const body = record.captured?.request ?? '';
  const lines = [`curl ${gateway}${record.path}`, "-H 'content-type: application/json'"];
  if (record.stream) lines.splice(1, 0, '--no-buffer');
  if (record.client.key !== null) lines.push('-H "authorization: Bearer $STACKYARD_API_KEY"');
  return [...lines, `-d '${body.replaceAll("'", "'\\''")}'`].join(' \\\n  ');
}

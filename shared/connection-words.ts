/** What Node's sockets and undici say of a connection that did not come about. */
interface ConnectionError {
  readonly code?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly hostname?: unknown;
  /** One for each address of a name that has several. */
  readonly errors?: readonly unknown[];
}

/**
 * Why no connection came about, as a clause: no capital, no full stop. `null` when there is nothing better to say than the
 * error's own words.
 */
export function connectionTrouble(error: unknown): string | null {
  const it = (error ?? {}) as ConnectionError;
  const { address, port } = it.address === undefined ? ((it.errors?.[0] ?? {}) as ConnectionError) : it;
  const place = address === undefined ? 'its address' : port === undefined ? `${address}` : `${address}:${port}`;
  switch (it.code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${place}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `nobody knows the name ${it.hostname ?? 'in its address'}`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no way leads to ${place}`;
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'no connection came about in time';
    default:
      return null;
  }
}

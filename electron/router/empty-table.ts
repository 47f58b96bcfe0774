import type { RoutingTable } from '../../shared/contract/router.ts';

/** What the router answers with before the first table: nothing is known, nobody is let in from afar. */
export const EMPTY_TABLE: RoutingTable = {
  revision: -1,
  listen: { host: '127.0.0.1', port: 0 },
  access: {
    keys: [],
    app_token: null,
    app_origin: null,
    allowed_hosts: [],
    machine_names: [],
    cors_origins: [],
  },
  limits: { max_body: 0, body_budget: 0, max_connections: 1 },
  routing: {
    retries: 0,
    allowed_fails: 0,
    cooldown: null,
    queue: { max_waiting: 0, max_wait: 1, keepalive: null },
    timeouts: { connect: 2000, first_byte: 600_000, idle: 120_000 },
  },
  engines: [],
  models: [],
  aliases: {},
  discovered: [],
  patterns: [],
  capture: 'off',
  default_model: null,
  list_discovered: false,
};

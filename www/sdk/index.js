/**
 * The imcloud client for browsers and Node.
 *
 *     import { Client, Live, Outbox } from './sdk/index.js';
 *
 * `Client` speaks the HTTP routes, `Live` keeps one connection open and
 * delivers a user's events in order without gaps, `Outbox` sends messages
 * exactly once. README.md beside this file shows the three together.
 */

export { Backoff } from './backoff.js';
export { Client } from './client.js';
export { Live } from './live.js';
export { Outbox } from './outbox.js';
export { followPage } from './page.js';
export { NetworkError, Problem, isTemporary } from './problem.js';
export { randomId } from './random.js';
export { Sequence } from './sequence.js';
export { UnreadCount } from './unread.js';

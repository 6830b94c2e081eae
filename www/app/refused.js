import { Problem } from '../sdk/index.js';

/** The server has refused something; the message says so to users. */
export class Refused extends Error {}

/**
 * What to throw for an error: a `Refused` if it is a refusal.
 *
 * @param {unknown} error
 * @param {boolean} is_one  if the server forbids it
 * @param {string} text     for users
 */
export const refusedOr = (error, is_one, text) => is_one
	&& error instanceof Problem && error.code === 'forbidden'
	? new Refused(text, { cause: error }) : error;

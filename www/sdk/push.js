import { withQuery } from './http.js';
import { Problem } from './problem.js';

/** @typedef {import('./types.js').PushDevice} PushDevice */
/** @typedef {import('./types.js').PushTarget} PushTarget */
/** @typedef {import('./types.js').PushState} PushState */
/** @typedef {import('./types.js').PushDecision} PushDecision */

/**
 * What of a service worker's registration is needed here.
 *
 * @typedef {object} Worker
 * @property {Pick<PushManager, 'subscribe'|'getSubscription'>} pushManager
 */

/** @param {string} id */
const seg = (id) => encodeURIComponent(id);

/** @param {ArrayBuffer|null} bytes @returns {string} base64url */
const base64url = (bytes) => btoa(String.fromCharCode(
	...new Uint8Array(bytes ?? new ArrayBuffer(0))))
	.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** What the server says of a route, app or device that it does not have. */
const NONE = new Set(['not_found', 'method_not_allowed']);

/** @param {unknown} error */
const isNone = (error) => error instanceof Problem && NONE.has(error.code);

/**
 * The user's devices and where the server pushes to. `subscribe()` and the like
 * are for browsers; other clients register the token that they have.
 */
export class PushRoutes {
	/** @param {import('./client.js').Client} client */
	constructor(client) {
		this.client = client;
	}

	/** @returns {Promise<{items: PushDevice[]}>}  the user's own */
	devices() {
		return this.client.call('GET', '/v1/devices');
	}

	/**
	 * The key of the app with which browsers subscribe.
	 *
	 * @returns {Promise<{public_key: string}>}  404: no Web Push here
	 */
	key() {
		return this.client.call('GET', '/v1/push/webpush');
	}

	/**
	 * The last user who registers a token of an app has it.
	 *
	 * @param {string} device_id  of the session
	 * @param {PushTarget} target
	 * @returns {Promise<PushDevice>}
	 */
	register(device_id, target) {
		return this.client.call('PUT', `/v1/devices/${seg(device_id)}/push`,
			{ body: target });
	}

	/**
	 * @param {string} device_id
	 * @returns {Promise<void>}
	 */
	unregister(device_id) {
		return this.client.call('DELETE',
			`/v1/devices/${seg(device_id)}/push`);
	}

	/**
	 * Pushes a test to the device, whatever the settings are. What became of
	 * it is the first of `explain()` without a conv_id: `waiting` at first.
	 *
	 * @param {string} device_id
	 * @returns {Promise<PushDecision>}
	 */
	test(device_id) {
		return this.client.call('POST',
			`/v1/devices/${seg(device_id)}/push/test`, { body: {} });
	}

	/**
	 * What became of the pushes to a device, newest first.
	 *
	 * @param {string} device_id
	 * @param {{limit?: number, cursor?: string}} [page]
	 * @returns {Promise<import('./client.js').Page<PushDecision>>}
	 */
	explain(device_id, page = {}) {
		return this.client.call('GET', withQuery(
			`/v1/devices/${seg(device_id)}/push/explain`, page));
	}

	/* --- browsers ------------------------------------------------------ */

	/**
	 * Subscribes this browser and registers it. The page asks for the
	 * permission before, from a click. A subscription that was made with
	 * another key is replaced, and with `renew` any: the push service knows
	 * it no more.
	 *
	 * @param {Worker} worker     a registration of a service worker
	 * @param {string} device_id  of the session
	 * @param {{locale?: string, renew?: boolean}} [options]  `locale`: of
	 *     texts that the server makes
	 * @returns {Promise<PushDevice>}
	 */
	async subscribe(worker, device_id, { locale, renew = false } = {}) {
		const { public_key } = await this.key();
		const had = await worker.pushManager.getSubscription();

		if (had && (renew || base64url(had.options.applicationServerKey)
			!== public_key.replaceAll('=', '')))
			await had.unsubscribe();

		const made = await worker.pushManager.subscribe({
			userVisibleOnly: true,
			applicationServerKey: public_key,
		});

		return this.register(device_id, {
			provider: 'webpush',
			token: made.endpoint,
			keys: {
				p256dh: base64url(made.getKey('p256dh')),
				auth: base64url(made.getKey('auth')),
			},
			locale,
		});
	}

	/**
	 * Ends both, in this order: a subscription that is left over wakes
	 * nobody.
	 *
	 * @param {Worker} worker
	 * @param {string} device_id
	 */
	async unsubscribe(worker, device_id) {
		try {
			await this.unregister(device_id);
		} catch (error) {
			if (!isNone(error))
				throw error;
		}
		await (await worker.pushManager.getSubscription())
			?.unsubscribe();
	}

	/**
	 * How it is about the pushes of this browser. `none`: the server has no
	 * push, or the app no key.
	 *
	 * @param {Worker} worker
	 * @param {string} device_id
	 * @returns {Promise<PushState>}
	 */
	async state(worker, device_id) {
		try {
			const [{ items }, subscription] = await Promise.all([
				this.devices(),
				worker.pushManager.getSubscription(),
				this.key()]);
			const device = items.find((one) =>
				one.device_id === device_id);
			const is_on = subscription !== null
				&& device?.push?.provider === 'webpush'
				&& device.push.state !== 'dead';

			return { state: is_on ? 'on' : 'off', device };
		} catch (error) {
			if (isNone(error))
				return { state: 'none' };
			throw error;
		}
	}
}

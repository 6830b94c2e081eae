/**
 * The server's clock: a device's own may be minutes away, and is set by its
 * user. Until the server has said its time, it is that of the device.
 */
export class ServerClock {
	#offset = 0;
	is_known = false;

	/** @param {number} at  what it is for the server at this moment */
	learn(at) {
		this.#offset = at - performance.now();
		this.is_known = true;
	}

	/** @returns {number} ms since 1970 */
	now() {
		return this.is_known ? performance.now() + this.#offset
			: Date.now();
	}
}

/**
 * Waits until a condition holds; fails when it does not in time.
 *
 * @param {() => unknown} condition
 * @param {number} [within_ms]
 */
export async function until(condition, within_ms = 4000) {
	const end = Date.now() + within_ms;

	while (!await condition()) {
		if (Date.now() > end)
			throw new Error(`waited in vain: ${condition}`);
		await new Promise((resolve) => setTimeout(resolve, 3));
	}
}

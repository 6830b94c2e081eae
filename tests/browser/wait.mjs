/** How long anything may take: only a hang reaches it. */
export const PATIENCE_MS = 180000;

/**
 * Waits until a condition holds.
 *
 * @param {() => unknown} condition
 */
export async function until(condition) {
	const end = Date.now() + PATIENCE_MS;

	while (!await condition()) {
		if (Date.now() > end)
			throw new Error(`waited in vain: ${condition}`);
		await new Promise((resolve) => setTimeout(resolve, 3));
	}
}

/** Figures of tests, which tests/run figures prints at its end. */

/** {p50, p99, longest} of times in ms. */
export function percentiles(times) {
	const sorted = times.toSorted((a, b) => a - b);
	const at = (p) => sorted[Math.floor((sorted.length - 1) * p / 100)];

	return { n: sorted.length, p50: at(50), p99: at(99), longest: at(100) };
}

/** t: of the test. */
export const figure = (t, text) => t.diagnostic(`figure: ${text}`);

/** The percentiles of times, after they are told. */
export function figureOf(t, what, times) {
	const of = percentiles(times);

	figure(t, `${what}: ${of.n}, p50 ${of.p50.toFixed(1)}, ` +
		`p99 ${of.p99.toFixed(1)}, longest ${of.longest.toFixed(1)} ms`);
	return of;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Strokes on a 24 × 24 grid. */
const PATHS = {
	back: ['M15 5l-7 7 7 7'],
	send: ['M4.5 12h7', 'M4.5 12L3.2 4.2a.8.8 0 0 1 1.1-.9l16.3 7.9a.9.9 0 '
		+ '0 1 0 1.6L4.3 20.7a.8.8 0 0 1-1.1-.9z'],
	compose: ['M12 4.5H7A2.5 2.5 0 0 0 4.5 7v10A2.5 2.5 0 0 0 7 19.5h'
		+ '10a2.5 2.5 0 0 0 2.5-2.5v-5', 'M18.3 3.9a1.7 '
		+ '1.7 0 0 1 2.4 2.4l-8.2 8.2-3.2.8.8-3.2z'],
	gear: ['M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
		'M19.4 13.5a7.7 7.7 0 0 0 0-3l1.7-1.3-1.9-3.3-'
		+ '2 .8a7.7 7.7 0 0 0-2.6-1.5L14.3 3h-3.8l-.4 2.2'
		+ 'a7.7 7.7 0 0 0-2.6 1.5l-2-.8-1.9 3.3 1.7 1.3'
		+ 'a7.7 7.7 0 0 0 0 3l-1.7 1.3 1.9 3.3 2-.8a7.7 '
		+ '7.7 0 0 0 2.6 1.5l.4 2.2h3.8l.4-2.2a7.7 7.7 '
		+ '0 0 0 2.6-1.5l2 .8 1.9-3.3z'],
	info: ['M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z',
		'M12 11v5.2', 'M12 7.8v.1'],
	close: ['M6 6l12 12', 'M18 6L6 18'],
	search: ['M10.8 17.5a6.7 6.7 0 1 0 0-13.4 6.7 6.7 0 0 0 0 '
		+ '13.4z', 'M15.8 15.8L20 20'],
	smile: ['M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z',
		'M8.3 13.8a4.3 4.3 0 0 0 7.4 0', 'M9 9.3v.2',
		'M15 9.3v.2'],
	down: ['M6 9.5l6 6 6-6'],
	people: ['M9.5 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
		'M3 19.5c0-3 2.7-5 6.5-5s6.5 2 6.5 5',
		'M16 4.8a3.4 3.4 0 0 1 0 6.4', 'M18 14.9c1.9.7 3 '
		+ '2.3 3 4.6'],
	add: ['M12 5v14', 'M5 12h14'],
	leave: ['M10 4.5H6.5a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2H10',
		'M15 8l4 4-4 4', 'M19 12H9.5'],
	bell_off: ['M6.5 16.5h9.9', 'M7.5 9.2v3.6L6 16.5',
		'M16.5 12.8V9.7a4.5 4.5 0 0 0-7.3-3.5',
		'M10.3 19.2a2 2 0 0 0 3.4 0', 'M4 4l16 16'],
	pin: ['M9 4h6l-.8 5.5 2.8 3V14H7v-1.5l2.8-3z', 'M12 14v6'],
	reply: ['M10 5.5L4.5 11l5.5 5.5', 'M5 11h8.5a6 6 0 0 1 6 6v1.5'],
	clock: ['M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z', 'M12 7.8V12l2.8 1.7'],
	tick: ['M5 12.8l4.3 4.2L19 7.2'],
	ticks: ['M1.8 12.8L6 17l9.5-9.8', 'M11 15.8l1.3 1.2L22 7.2'],
	alert: ['M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z',
		'M12 7.5V13', 'M12 16.2v.1'],
	chat: ['M4.5 6.5a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-6l-'
		+ '4.5 3.7v-3.7h-.5a2 2 0 0 1-2-2z'],
};

/**
 * @param {keyof typeof PATHS} name
 * @param {string} [label]  its text alternative, if no text is beside it
 */
export function icon(name, label) {
	const svg = document.createElementNS(SVG, 'svg');

	svg.setAttribute('viewBox', '0 0 24 24');
	svg.setAttribute('class', `icon icon-${name}`);
	if (label) {
		svg.setAttribute('role', 'img');
		svg.setAttribute('aria-label', label);
	} else {
		svg.setAttribute('aria-hidden', 'true');
	}
	for (const d of PATHS[name]) {
		const path = document.createElementNS(SVG, 'path');

		path.setAttribute('d', d);
		svg.append(path);
	}
	return svg;
}

import { Problem } from '../../sdk/index.js';
import { fill, h } from '../dom.js';
import { icon } from '../icons.js';
import { errorText } from '../naming.js';
import { deviceId, deviceName, saveTypedApp, typedApp }
	from '../preferences.js';
import { t } from '../strings.js';
import { appOfHost } from '../which_app.js';
import { avatar } from './avatar.js';
import { languageButton } from './language_choice.js';

/** @typedef {import('../../sdk/types.js').LoggedIn} LoggedIn */

const DEMO_SHOWN = 6;

/**
 * @param {string} label
 * @param {string} hint
 * @param {import('../dom.js').Props} attributes
 */
function field(label, hint, attributes) {
	const input = h('input', { class: 'input', dir: 'auto',
		...attributes });

	return {
		input,
		box: h('label', { class: 'field' },
			h('span', { class: 'label' }, label), input,
			hint && h('span', { class: 'hint' }, hint)),
	};
}

/**
 * The server serves several apps, none of them by default, and the request
 * named none.
 *
 * @param {unknown} error
 * @returns {boolean}
 */
const asksForApp = (error) => error instanceof Problem
	&& error.code === 'invalid_argument' && error.field === 'app';

/**
 * The text of an error of the form.
 *
 * @param {unknown} error
 * @param {boolean} signing_up
 * @param {boolean} app_typed
 * @param {string} [app]  that the address or the page names
 */
function formError(error, signing_up, app_typed, app) {
	const words = t.errors;

	if (!(error instanceof Problem))
		return errorText(error);
	if (error.code === 'conflict' && error.field === 'username')
		return words.username_taken;
	if (error.code === 'forbidden')
		return signing_up ? words.sign_up_closed : words.disabled;
	if (error.code === 'unauthenticated' && app_typed)
		return words.wrong_in_app;
	if (error.code === 'unauthenticated' && app)
		return t.login.wrong_in(app);
	if (error.code === 'not_found' && error.field === 'app')
		return words.app_bad;
	if (asksForApp(error))
		return app_typed ? words.app_bad : words.app_needed;
	if (error.code === 'invalid_argument') {
		if (error.field === 'username')
			return words.username_bad;
		if (error.field === 'password')
			return words.password_bad;
		if (error.field === 'display_name')
			return words.name_bad;
	}
	return errorText(error);
}

/**
 * Signs in, after signing up if there is a display name.
 *
 * @param {import('../../sdk/index.js').Client} client
 * @param {{username: string, password: string, display_name?: string}} who
 * @param {boolean} signing_up
 * @returns {Promise<LoggedIn>}
 */
async function enter(client, who, signing_up) {
	const { username, password } = who;

	if (signing_up)
		await client.users.create(who);
	return client.sessions.create({ username, password,
		device: { id: deviceId(), platform: 'web',
			name: deviceName() } });
}

/**
 * The field for the name of the app. It is shown where the server asks for
 * one, and filled in with what the host suggests.
 *
 * @param {import('../../sdk/index.js').Client} client
 */
function appField(client) {
	const { box, input } = field(t.login.app, t.login.app_hint, {
		name: 'app', autocomplete: 'organization',
		autocapitalize: 'none', spellcheck: 'false', maxlength: 64 });

	input.value = client.app ? '' : typedApp();
	box.hidden = input.value === '';
	return {
		box,
		input,
		take() {
			if (!box.hidden)
				client.app = input.value.trim() || undefined;
		},
		done() {
			if (!box.hidden)
				saveTypedApp(input.value.trim());
		},
		/**
		 * @param {unknown} error
		 * @returns {boolean} may the same succeed now?
		 */
		ask(error) {
			if (!asksForApp(error) || !box.hidden)
				return false;
			box.hidden = false;
			input.value = appOfHost(location.hostname) ?? '';
			this.take();
			return input.value !== '';
		},
	};
}

/**
 * Sign in or sign up.
 *
 * @param {Element} root
 * @param {import('../../sdk/index.js').Client} client
 * @param {string} notice   why the user has to sign in again
 * @param {(login: LoggedIn) => void} onLogin
 */
export function showLogin(root, client, notice, onLogin) {
	const named = client.app;
	const app = appField(client);
	const username = field(t.login.username, '', { name: 'username',
		autocomplete: 'username', autocapitalize: 'none',
		spellcheck: 'false', required: true, maxlength: 64 });
	const display = field(t.login.display_name,
		t.login.display_name_hint, { name: 'display_name',
			autocomplete: 'name', maxlength: 64 });
	const password = field(t.login.password, '', { name: 'password',
		type: 'password', required: true, maxlength: 256,
		autocomplete: 'current-password' });
	const username_rule = h('span', { class: 'hint' },
		t.login.username_rule);
	const password_rule = h('span', { class: 'hint' },
		t.login.password_rule);
	const error = h('p', { class: 'form-error', role: 'alert' });
	const tagline = h('p', { class: 'tagline' });
	const submit = h('button', { type: 'submit',
		class: 'button primary wide' });
	const other = h('p', { class: 'other' });
	const demo = h('div', { class: 'demo', hidden: true });
	const over = new AbortController();
	let signing_up = false;

	username.box.append(username_rule);
	password.box.append(password_rule);

	const show = () => {
		tagline.textContent = signing_up ? t.login.tagline_new
			: t.login.tagline;
		submit.textContent = signing_up ? t.login.sign_up
			: t.login.sign_in;
		display.box.hidden = !signing_up;
		username_rule.hidden = password_rule.hidden = !signing_up;
		password.input.autocomplete = signing_up ? 'new-password'
			: 'current-password';
		error.textContent = '';
		fill(other, `${signing_up ? t.login.to_sign_in
			: t.login.to_sign_up} `,
		h('button', { type: 'button', class: 'link',
			onclick: () => {
				signing_up = !signing_up;
				show();
				username.input.focus();
			} },
		signing_up ? t.login.sign_in : t.login.sign_up));
	};
	const go = async () => {
		const name = username.input.value.trim();
		const secret = password.input.value;

		submit.disabled = true;
		submit.textContent = t.login.busy;
		error.textContent = '';
		app.take();

		const who = { username: name, password: secret,
			display_name: display.input.value.trim() || undefined };

		try {
			const login = await enter(client, who, signing_up)
				.catch((problem) => {
					if (!app.ask(problem))
						throw problem;
					return enter(client, who, signing_up);
				});

			app.done();
			over.abort();
			onLogin(login);
		} catch (problem) {
			const text = formError(problem, signing_up,
				!app.box.hidden && app.input.value !== '',
				named);

			show();
			error.textContent = text;
			(!app.box.hidden && app.input.value === ''
				? app : password).input.focus();
		} finally {
			submit.disabled = false;
		}
	};
	const form = h('form', {
		class: 'login-card',
		onsubmit: (event) => {
			event.preventDefault();
			go();
		},
	},
	h('div', { class: 'brand' }, h('span', { class: 'brand-mark' },
		icon('chat')), h('h1', {}, t.app)),
	tagline, notice && h('p', { class: 'notice', role: 'status' }, notice),
	app.box, username.box, display.box, password.box, error, submit, other,
	demo, languageButton(over.signal));

	show();
	fill(root, h('main', { class: 'login' }, form));
	username.input.focus();
	offerDemo(demo, client, (name, secret, demo_app) => {
		app.input.value = demo_app;
		username.input.value = name;
		password.input.value = secret;
		if (signing_up) {
			signing_up = false;
			show();
		}
		submit.focus();
	});
}

/**
 * A demo server lists its users; other servers have no such file. They are of
 * one app, and of no use on the page of another.
 *
 * @param {HTMLElement} box
 * @param {import('../../sdk/index.js').Client} client
 * @param {(username: string, password: string, app: string) => void} onPick
 */
async function offerDemo(box, client, onPick) {
	try {
		const answer = await fetch('/demo.json',
			{ cache: 'no-store' });

		if (!answer.ok)
			return;

		/** @type {{app?: string, users: string[], password: string}} */
		const { app = '', users, password } = await answer.json();

		client.app ??= app || undefined;
		if (app && client.app !== app)
			return;
		fill(box, h('p', {}, t.login.demo),
			h('div', { class: 'demo-users' },
				users.slice(0, DEMO_SHOWN).map((name) =>
					h('button', { type: 'button',
						class: 'demo-user',
						onclick: () => onPick(name,
							password, app) },
					avatar(name, name, 'small'), name))),
			h('p', { class: 'hint' },
				t.login.demo_password(password)));
		box.hidden = false;
	} catch {
		/* not a demo */
	}
}

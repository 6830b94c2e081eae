/**
 * Notifications of a device: turned on and off, tried, answered. A subscription
 * needs the servers of the browser's maker, so the page has one of our own; all
 * else is as it is.
 */

import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';

import { Client, randomId } from '../../www/sdk/index.js';
import { accessible } from './axe.mjs';
import { openPage, shoot, signIn } from './chromium.mjs';
import { readableInBoth } from './contrast.mjs';
import { PHONE, fits, usePages } from './pages.mjs';
import { message, open, write } from './people.mjs';
import { until } from './wait.mjs';
import { workerOf } from './worker.mjs';

/** @typedef {import('playwright-core').Page} Page */

const world = usePages();

/** Runs in a page or a worker: what the browser's maker would do. */
function subscriptions({ endpoint, p256dh, auth }) {
	const bytes = (text) => Uint8Array.from(atob(text), (one) =>
		one.charCodeAt(0)).buffer;
	const of64 = (text) => text.replaceAll('-', '+').replaceAll('_', '/');
	let made = null;

	PushManager.prototype.getSubscription = async () => made;
	PushManager.prototype.subscribe = async ({ applicationServerKey,
		userVisibleOnly }) => {
		if (!userVisibleOnly)
			throw new Error('it has to be visible');
		globalThis.subscribed = (globalThis.subscribed ?? 0) + 1;
		made = {
			endpoint: `${endpoint}.${globalThis.subscribed}`,
			options: { applicationServerKey: bytes(
				of64(applicationServerKey)) },
			getKey: (name) => bytes({ p256dh, auth }[name]),
			unsubscribe: async () => {
				made = null;
				return true;
			},
		};
		return made;
	};
}

const settings = (page) => page.locator('dialog.settings[open]');
const box = (page) => settings(page).getByLabel('Show notifications');

/** @param {Page} page */
async function show(page) {
	await page.getByRole('button', { name: 'Settings' }).click();
	await box(page).waitFor();
}

/** What the browser says of its permission. */
async function permit(page, setting) {
	if (setting === 'granted')
		await page.context().grantPermissions(['notifications']);
	else
		await page.context().clearPermissions();
}

describe('notifications of a device', { concurrency: false }, () => {
	let ann;
	let ben;
	let made;
	/** @type {Page} */
	let page;
	let worker;
	let conv_id;
	let keys;

	/** The app's own server sets, or takes away, what Web Push needs. */
	async function credential(method, body = undefined) {
		const answer = await fetch(`${world.stack.url}/v1/admin/push/webpush`,
			{ method, body: body && JSON.stringify(body), headers: {
				Authorization: `Bearer ${world.stack.env.IM_APP_KEY}`,
				'Content-Type': 'application/json' } });

		assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
	}

	/** What the server has of Ann's browser. */
	const registered = async () => (await ann.client.push.devices()).items
		.find(({ platform }) => platform === 'web')?.push;
	const session = () => worker.run(() => savedSession());

	before(async () => {
		const ecdh = createECDH('prime256v1');
		const { IM_PUSH_WEBPUSH_URL } = world.stack.env;

		ecdh.generateKeys();
		keys = { endpoint: `${IM_PUSH_WEBPUSH_URL}/send/${randomId()}`,
			p256dh: ecdh.getPublicKey('base64'),
			auth: randomBytes(16).toString('base64') };
		ann = await world.people.newPerson('Ann Told');
		ben = await world.people.newPerson('Ben Tells');
		({ conv_id } = await ann.client.conversations.create({
			kind: 'direct', members: [ben.user.user_id],
			client_id: randomId() }));
		await ben.say(conv_id, 'hello Ann');
		made = await openPage(world.browser);
		({ page } = made);
		await made.context.addInitScript(subscriptions, keys);
		await page.goto(`${world.stack.url}/`);
		await permit(page, 'prompt');
		await signIn(page, ann.username, ann.password);
		worker = await workerOf(page, world.stack.url);
	});

	after(async () => {
		await made.context.close();
		await credential('DELETE');
		assert.deepEqual(made.troubles, []);
	});

	test('an app without push: while the page is open', async () => {
		await permit(page, 'granted');
		await show(page);
		await settings(page).getByText('Off', { exact: true }).waitFor();
		await box(page).focus();
		await page.keyboard.press('Space');
		await settings(page).getByText('On, while imcloud is open.')
			.waitFor();
		assert.equal(await settings(page).getByRole('button', {
			name: 'Test push' }).count(), 0);
		assert.equal(await settings(page).getByLabel('Show the text')
			.isVisible(), false);
		assert.equal(await registered(), undefined);
		assert.equal(await session(), undefined);
		await page.keyboard.press('Space');
		await settings(page).getByText('Off', { exact: true }).waitFor();
		await page.keyboard.press('Escape');
	});

	test('offered after the first message, not when loaded', async () => {
		await credential('PUT', { subject: 'mailto:ops@example.com' });
		await permit(page, 'prompt');
		await page.reload();
		await page.locator('.shell[data-phase="online"]').waitFor();
		await open(page, conv_id);
		await message(page, 'hello Ann').waitFor();

		const hint = page.locator('.notice-hint');

		assert.equal(await hint.isVisible(), false);
		await write(page, 'a first one');
		await hint.waitFor();
		await accessible(page);
		await readableInBoth(page);
		await shoot(page, 'notice-hint');
		await page.setViewportSize(PHONE.viewport);
		await fits(page, hint);
		await page.setViewportSize({ width: 1200, height: 800 });
		/* the user agrees, and then does so with the browser */
		await permit(page, 'granted');
		await hint.getByRole('button', { name: 'Turn on' }).focus();
		await page.keyboard.press('Enter');
		await page.locator('.toast', { hasText: 'also when imcloud is closed'
		}).waitFor();
		await hint.waitFor({ state: 'hidden' });
		assert.equal(await page.evaluate(() =>
			document.activeElement.tagName), 'TEXTAREA');
		await until(async () => (await registered())?.provider
			=== 'webpush');
		await until(async () => (await session())?.user_id
			=== ann.user.user_id);
		await write(page, 'a second one');
		await message(page, 'a second one').waitFor();
		assert.equal(await hint.isVisible(), false);
	});

	test('the settings say how it is, and turn it off and on', async () => {
		await show(page);
		await settings(page).getByText('On, also when imcloud is closed.')
			.waitFor();
		await accessible(page);
		await readableInBoth(page);
		await box(page).focus();
		await page.keyboard.press('Space');
		await settings(page).getByText('Off', { exact: true }).waitFor();
		assert.equal(await registered(), undefined);
		assert.equal(await session(), undefined);
		await page.keyboard.press('Space');
		await settings(page).getByText('On, also when imcloud is closed.')
			.waitFor();
		assert.equal((await registered()).state, 'unknown');
		assert.equal((await session()).user_id, ann.user.user_id);
		await settings(page).getByLabel('Show the text').uncheck();
		await until(async () => (await ann.client.own.settings())
			.push_preview === false);
		await settings(page).getByLabel('Show the text').check();
		await until(async () => (await ann.client.own.settings())
			.push_preview === true);
	});

	test('a test of the device, and what became of it', async () => {
		const button = settings(page).getByRole('button', {
			name: 'Test push' });
		const outcomes = [];

		/* what im-push has found, one after the other */
		await page.route('**/push/explain**', async (route) => {
			const [decision, reason] = outcomes.shift()
				?? ['waiting', 'queued'];

			await route.fulfill({ json: { items: [
				{ conv_id, decision: 'skipped', reason: 'muted' },
				{ decision, reason }], next: null } });
		});
		outcomes.push(['waiting', 'queued'], ['sent', '']);
		await button.focus();
		await page.keyboard.press('Enter');
		await settings(page).getByText('should be there').waitFor();
		assert.ok(await button.evaluate((it) =>
			it === document.activeElement));
		outcomes.push(['failed', 'BadJwtToken']);
		await page.keyboard.press('Enter');
		await settings(page).getByText('(BadJwtToken)').waitFor();
		await shoot(page, 'notice-settings');
		await page.setViewportSize(PHONE.viewport);
		await fits(page, settings(page));
		await page.setViewportSize({ width: 1200, height: 800 });
		await page.unroute('**/push/explain**');
		/* the test itself was filed */
		const { items } = await ann.client.push.explain((await session())
			.device_id);

		assert.ok(items.some((one) => !one.conv_id));
	});

	test('a server without tests offers none', async () => {
		await page.route('**/push/test', (route) => route.fulfill({
			status: 404, contentType: 'application/problem+json',
			json: { status: 404, code: 'not_found' } }));
		await settings(page).getByRole('button', { name: 'Test push' })
			.click();
		await settings(page).getByRole('button', { name: 'Test push' })
			.waitFor({ state: 'hidden' });
		await page.unroute('**/push/test');
		await page.keyboard.press('Escape');
	});

	/** Shows one as a push does, and answers it as the user does. */
	async function answer(news, text) {
		/* the page has told of it */
		await until(async () => (await worker.notices()).length === 1);
		await worker.push({ conv_id, title: 'Ben Tells', tag: conv_id,
			...news });
		/* in the place of the page's own */
		await until(async () => (await worker.notices())[0]?.actions
			.includes('reply'));
		assert.equal((await worker.notices()).length, 1);
		await worker.run(async (said) => {
			const [notice] = await registration.getNotifications();

			await clicked(notice, 'reply', said);
		}, text);
	}

	test('an answer from the notification is sent once', async () => {
		await page.goto(`${world.stack.url}/#/`);

		const { conv_index } = await ben.say(conv_id, 'are you there?');

		/* numbers come as text from some */
		await answer({ conv_index: String(conv_index) }, ' yes I am ');
		await until(async () => (await ben.client.messages.list(conv_id))
			.items.at(-1)?.content?.text === 'yes I am');
		await until(async () => (await ann.client.own.chats({})).items.find(
			(one) => one.conversation.conv_id === conv_id).unread === 0);

		/* the answer of the server was lost: the same again */
		const again = { client_msg_id: randomId(), conv_id,
			user_id: ann.user.user_id, text: 'said again' };

		for (let i = 0; i < 2; i++)
			await worker.run(async (one) => {
				await saveReply(one);
				await sendReplies();
			}, again);

		const { items } = await ben.client.messages.list(conv_id);

		assert.equal(items.filter(({ content }) => content?.text
			=== 'said again').length, 1);
		assert.deepEqual(await worker.run(() => savedReplies()), []);
	});

	test('one that cannot be sent goes to the page', async () => {
		const { conv_index } = await ben.say(conv_id, 'and now?');

		await worker.run(() => {
			globalThis.fetch_as_it_is = fetch;
			globalThis.fetch = async () => {
				throw new TypeError('no network');
			};
		});
		await answer({ conv_index }, 'later');
		await worker.run(() => {
			globalThis.fetch = globalThis.fetch_as_it_is;
		});
		assert.match((await worker.notices())[0].title, /^Not sent yet/);
		assert.equal((await worker.run(() => savedReplies())).length, 1);
		await worker.run(async () => {
			const [notice] = await registration.getNotifications();

			await clicked(notice, '', null);
		});
		await message(page, 'later').waitFor();
		await until(async () => (await ben.client.messages.list(conv_id))
			.items.at(-1)?.content?.text === 'later');
		assert.deepEqual(await worker.run(() => savedReplies()), []);
	});

	test('a subscription that the browser changes is registered', async () => {
		const { registered_at } = await registered();

		await worker.run(subscriptions, { ...keys,
			endpoint: `${keys.endpoint}-changed` });
		await worker.run(() => resubscribe(null));
		await until(async () => (await registered()).registered_at
			> registered_at);
	});

	test('what was read elsewhere is taken away here', async () => {
		const { conv_index } = await ben.say(conv_id, 'read me');

		await page.evaluate(() => {
			location.hash = '#/';
		});
		await worker.push({ conv_id, conv_index, tag: conv_id,
			title: 'Ben Tells', body: 'read me' });
		await until(async () => (await worker.notices()).length === 1);
		await ann.client.conversations.read(conv_id, conv_index);
		await until(async () => (await worker.notices()).length === 0);
	});

	test('log-out ends it, and the worker forgets the session', async () => {
		const { token } = await session();

		await worker.push({ conv_id, conv_index: 1, tag: conv_id,
			title: 'Ben Tells', body: 'still there' });
		await show(page);
		await settings(page).getByRole('button', { name: 'Log out' }).last()
			.click();
		await page.locator('input[name="username"]').waitFor();
		assert.equal(await session(), undefined);
		assert.deepEqual(await worker.notices(), []);
		assert.equal(await registered(), undefined);
		await assert.rejects(new Client({ base_url: world.stack.url, token })
			.users.me(), { code: 'unauthenticated' });
		/* who signs in again on this device still wants it */
		await signIn(page, ann.username, ann.password);
		await until(async () => (await registered())?.provider
			=== 'webpush');
		await until(async () => (await session())?.token !== undefined);
	});

	test('a session that ends elsewhere is forgotten, too', async () => {
		const { items } = await ann.client.sessions.list();

		await ann.client.sessions.end(items.find(({ device }) =>
			device.platform === 'web').session_id);
		await page.locator('input[name="username"]').waitFor();
		await until(async () => await session() === undefined);
	});
});

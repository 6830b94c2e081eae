/** The web client as an app: without a server, pushed to, and a newer version. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';

import { randomId } from '../../www/sdk/index.js';
import { openPage, signIn } from './chromium.mjs';
import { copyOf } from './copy.mjs';
import { usePages } from './pages.mjs';
import { chatItem, message, messages, open } from './people.mjs';
import { until } from './wait.mjs';
import { workerOf } from './worker.mjs';

const world = usePages();
const PERMITTED = { permissions: ['notifications'] };

describe('the client as an app', { concurrency: false }, () => {
	let ann;
	let ben;
	let made;
	/** @type {import('playwright-core').Page} */
	let page;
	let worker;
	let conv_id;

	before(async () => {
		ann = await world.people.newPerson('Ann App');
		ben = await world.people.newPerson('Ben Base');
		({ conv_id } = await ann.client.conversations.create({
			kind: 'direct', members: [ben.user.user_id],
			client_id: randomId() }));
		await ben.say(conv_id, 'hello Ann');
		made = await world.pageOf(ann, PERMITTED);
		({ page } = made);
		worker = await workerOf(page, world.stack.url);
	});

	after(async () => {
		await made.context.close();
		assert.deepEqual(made.troubles, []);
	});

	/** The data of a push about a message of Ben's. */
	const newsOf = ({ conv_index, msg_id }, more = {}) => ({ conv_id,
		conv_index, msg_id, title: 'Ben Base', body: 'a text', badge: 3,
		tag: conv_id, ...more });

	test('the manifest makes it one that can be installed', async () => {
		const cdp = await page.context().newCDPSession(page);
		const { errors, data } = await cdp.send('Page.getAppManifest');

		assert.deepEqual(errors, []);
		assert.equal(JSON.parse(data).display, 'standalone');
		assert.deepEqual((await cdp.send('Page.getInstallabilityErrors'))
			.installabilityErrors.filter(({ errorId }) =>
				errorId !== 'in-incognito'), []);
	});

	test('all files of one version are stored, and nothing else', async () => {
		const stored = await page.evaluate(async () => {
			const names = await caches.keys();
			const requests = await (await caches.open(names[0])).keys();

			return [names.length, requests.map(({ url }) =>
				new URL(url).pathname.slice(1)).sort()];
		});
		const list = await readFile(new URL('../../www/sw-files.js',
			import.meta.url), 'utf8');
		const wanted = [...list.matchAll(/^\t'([^']*)':/gm)].map((one) =>
			one[1] === './' ? '' : one[1]).sort();

		assert.ok(wanted.length > 100);
		assert.deepEqual(stored, [1, wanted]);
	});

	test('a push shows one notification for each chat, the newest', async () => {
		const one = await ben.say(conv_id, 'one');
		const two = await ben.say(conv_id, 'two');

		await worker.push(newsOf(one, { body: 'one' }));
		await until(async () => (await worker.notices())[0]?.body === 'one');
		await worker.push(newsOf(two, { body: 'two' }));
		await until(async () => (await worker.notices())[0]?.body === 'two');
		/* out of order, to nobody, and no JSON */
		await worker.push(newsOf(one, { body: 'one' }));
		await worker.push({ title: 'of no chat' });
		await worker.push('');
		await worker.push(newsOf(two, { conv_id: '7', tag: '7',
			body: 'elsewhere' }));
		await until(async () => (await worker.notices()).length === 2);

		const shown = await worker.notices();

		assert.deepEqual(shown.map(({ tag, body }) => [tag, body]).sort(),
			[['7', 'elsewhere'], [conv_id, 'two']].sort());
		assert.equal(shown.find(({ tag }) => tag === conv_id).title,
			'Ben Base');
	});

	test('a silent one takes it away and sets the badge', async () => {
		await worker.run(() => {
			globalThis.badges = [];
			navigator.setAppBadge = async (n) => {
				globalThis.badges.push(n);
			};
			navigator.clearAppBadge = async () => {
				globalThis.badges.push(0);
			};
		});
		await worker.push({ conv_id: '7', conv_index: 0, tag: '7', badge: 5,
			silent: true });
		await until(async () => (await worker.notices()).length === 1);
		await worker.push({ conv_id, tag: conv_id, badge: 0, silent: true });
		await until(async () => (await worker.notices()).length === 0);
		assert.deepEqual(await worker.run(() => globalThis.badges), [5, 0]);
	});

	test('what is in sight is not told', async () => {
		const three = await ben.say(conv_id, 'three');

		await open(page, conv_id);
		await message(page, 'three').waitFor();
		await worker.push(newsOf(three, { body: 'three' }));
		/* it comes after it */
		await worker.push(newsOf(three, { conv_id: '8', tag: '8',
			body: 'in another chat' }));
		await until(async () => (await worker.notices()).length > 0);
		assert.deepEqual((await worker.notices()).map(({ tag }) => tag),
			['8']);
		await worker.push({ conv_id: '8', tag: '8', silent: true });
		await until(async () => (await worker.notices()).length === 0);
	});

	test('a click pulls first, and then opens the chat', async () => {
		const deaf = await openPage(world.browser, PERMITTED);
		let is_deaf = false;

		/* a connection over which nothing comes any more */
		await deaf.page.routeWebSocket(/\/v1\/live/, (socket) => {
			const server = socket.connectToServer();

			server.onMessage((text) => {
				if (!is_deaf)
					socket.send(text);
			});
		});
		await deaf.page.goto(`${world.stack.url}/`);
		await signIn(deaf.page, ann.username, ann.password);
		await open(deaf.page, conv_id);
		await message(deaf.page, 'three').waitFor();
		await deaf.page.evaluate(() => {
			location.hash = '#/';
			addEventListener('hashchange', () => {
				globalThis.at_hash = document.querySelector(
					'.chat-item').textContent;
			});
		});

		const own = await workerOf(deaf.page, world.stack.url);

		is_deaf = true;
		await ben.say(conv_id, 'four');

		const five = await ben.say(conv_id, 'five');

		await own.push(newsOf(five, { body: 'five', user_index:
			(await ann.client.sync()).user_index }));
		await until(async () => (await own.notices()).length === 1);
		assert.ok(!(await chatItem(deaf.page, conv_id).textContent())
			.includes('five'));
		await own.run(async () => {
			const [notice] = await registration.getNotifications();

			await clicked(notice, '', null);
		});
		await message(deaf.page, 'five').waitFor();
		assert.match(await deaf.page.evaluate(() => globalThis.at_hash),
			/five/);
		assert.deepEqual((await messages(deaf.page).allTextContents())
			.slice(-3), ['three', 'four', 'five']);
		assert.deepEqual(await own.notices(), []);
		is_deaf = false;
		await deaf.context.close();
	});

	test('a click opens a page where there is none', async () => {
		const six = await ben.say(conv_id, 'six');

		await page.goto('about:blank');
		await worker.push(newsOf(six, { body: 'six' }));
		/* only the user's own click may open one */
		await worker.run(() => {
			Object.defineProperty(clients, 'openWindow', { value:
				async (url) => {
					globalThis.opened = url;
				} });
		});
		await until(() => worker.run(async () =>
			(await registration.getNotifications()).length === 1));
		await worker.run(async () => {
			const [notice] = await registration.getNotifications();

			await clicked(notice, '', null);
		});

		const url = await worker.run(() => globalThis.opened);

		assert.equal(url, `${world.stack.url}/#/c/${conv_id}`);
		await page.goto(url);
		await message(page, 'six').waitFor();
		assert.deepEqual((await messages(page).allTextContents()).slice(-3),
			['four', 'five', 'six']);
	});
});

describe('versions of the client', { concurrency: false }, () => {
	let ann;
	let copy;
	let made;
	let page;

	before(async () => {
		ann = await world.people.newPerson('Ann Anew');
		copy = await copyOf(world.stack.url);
		made = await openPage(world.browser);
		({ page } = made);
		await page.goto(`${copy.url}/`);
		await signIn(page, ann.username, ann.password);
		await page.evaluate(async () => {
			await navigator.serviceWorker.ready;
		});
	});

	after(async () => {
		await made.context.close();
		await copy.end();
		assert.deepEqual(made.troubles, []);
	});

	const online = (one = page) => one.locator('.shell[data-phase="online"]')
		.waitFor();
	const NAMES = 'app/text/en/texts.js';
	/** What a page shows of the texts, and what it gets of the styles. */
	const versionOf = async (one) => [
		await one.locator('.sidebar h1').textContent(),
		(await one.evaluate(async () => (await fetch('css/people.css'))
			.text())).split('\n')[0]];
	const NEW = ['imcloud 2', '/* Contacts 2, and people who are blocked. */'];
	let old;

	/** The worker of a new version is there. */
	const looks = (state) => page.evaluate(async (wanted) => {
		const registration = await navigator.serviceWorker
			.getRegistration();

		await registration.update();

		const fresh = registration.installing;

		if (fresh && fresh.state !== wanted)
			await new Promise((resolve) => {
				fresh.addEventListener('statechange', () => {
					if (fresh.state === wanted)
						resolve();
				});
			});
	}, state);

	test('without a server, the client opens', async () => {
		await copy.stop();
		await page.reload();
		await page.locator('.shell').waitFor();
		await page.locator('.status.trouble').first().waitFor();
		old = await versionOf(page);
		assert.equal(old[0], 'imcloud');
		/* answers of the server are not stored */
		assert.equal(await page.evaluate(() => fetch('/v1/info').then(
			() => 'answered', () => 'none')), 'none');
		await copy.start();
		await page.evaluate(() => dispatchEvent(new Event('online')));
		await online();
	});

	test('half of a new version changes nothing', async () => {
		await copy.change(NAMES, "app: 'imcloud'", "app: 'imcloud 2'");
		await copy.change('css/people.css', 'Contacts,', 'Contacts 2,',
			false);
		await looks('redundant');
		await page.reload();
		await online();
		assert.deepEqual(await versionOf(page), old);
	});

	test('a new one takes over all pages at once', async () => {
		const other = await made.context.newPage();

		await other.goto(`${copy.url}/`);
		await online(other);
		await copy.list();
		await page.bringToFront();
		await looks('installed');

		const toast = page.locator('.toast', { hasText: 'new version' });

		await toast.waitFor();
		/* nobody has taken it yet */
		await other.reload();
		await online(other);
		assert.deepEqual(await versionOf(other), old);
		assert.deepEqual(await versionOf(page), old);
		await toast.getByRole('button', { name: 'Load it' }).click();
		for (const one of [page, other]) {
			await until(async () => await one.locator('.sidebar h1')
				.textContent() === NEW[0]);
			await online(one);
			assert.deepEqual(await versionOf(one), NEW);
		}
		assert.equal(await page.evaluate(async () =>
			(await caches.keys()).length), 1);
		await other.close();
	});

	test('the only page takes it when it is loaded', async () => {
		await copy.change(NAMES, "'imcloud 2'", "'imcloud 3'");
		await looks('installed');
		await page.reload();
		await until(async () => await page.locator('.sidebar h1')
			.textContent() === 'imcloud 3');
		await online();
	});

	test('the page that an operator has changed is followed', async () => {
		await copy.change('index.html', 'name="description" content="',
			'name="description" content="our own ', false);
		await page.reload();
		await online();
		await until(() => page.evaluate(async () => (await (await caches
			.match('./')).text()).includes('our own')));
		await page.reload();
		assert.match(await page.locator('meta[name="description"]')
			.getAttribute('content'), /^our own /);
	});
});

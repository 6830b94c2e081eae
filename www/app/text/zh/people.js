import { isolated, number } from './words.js';

/** @type {typeof import('../en/people.js').people_texts} */
export const people_texts = {
	contacts: {
		title: '联系人',
		title_waiting: (n) => `联系人：${number(n)} 个请求待处理`,
		close: '关闭联系人',
		add: '添加联系人',
		search: '搜索联系人',
		incoming: '收到的请求',
		outgoing: '发出的请求',
		all: '我的联系人',
		empty: '还没有联系人',
		empty_hint: '添加你认识的人，就能在这里找到他们。',
		nothing_found: '没有叫这个名字的联系人',

		accept: '接受',
		decline: '拒绝',
		take_back: '撤回',
		of: {
			accept: (name) => `接受${isolated(name)}的请求`,
			decline: (name) => `拒绝${isolated(name)}的请求`,
			take_back: (name) => `撤回发给${isolated(name)}的请求`,
		},
		asked: (when) => `请求时间：${when}`,

		open_chat: '打开会话',
		remark: '备注名…',
		remove: '删除联系人…',
		remove_title: (name) => `删除${isolated(name)}？`,
		remove_text: '双方都将不再是对方的联系人。你们的会话会保留。',
		remove_do: '删除',

		to_contacts: '添加到联系人',
		note: '附言（可选）',
		send: '发送请求',
		back: '返回',
		sent: (name) => `已向${isolated(name)}发送请求。`,
		accepted: (name) => `${isolated(name)}已成为你的联系人。`,
		states: { accepted: '联系人', sent: '已请求',
			requested: '请求添加你' },
		refused: '对方不接受你的请求。',
		full: '你的联系人和请求已达上限。',
		add_person: '添加到联系人…',
		take_back_long: '撤回请求',
		accept_long: '接受请求',
		decline_long: '拒绝请求',
	},

	joining: {
		join: '加入群组',
		field: '群组的链接或编号',
		hint: '所有人都能加入或申请加入的群组，或者邀请链接。',
		do: '加入',
		bad: '这不是群组的链接或编号。',
		missing: '没有你能加入的这个群组。',
		dissolved: '该群组已解散。',
		copy_link: '复制加入链接',
	},

	search_days: {
		label: '日期',
		since: '从',
		until: '到',
	},

	reminder_note: {
		label: '给自己的备注（可选）',
		due: (note, who, text) => `提醒：${isolated(note)}（${
			isolated(who)}：${text}）`,
	},

	blocks: {
		block: '屏蔽…',
		unblock: '取消屏蔽',
		title: (name) => `屏蔽${isolated(name)}？`,
		text: '对方将不能再直接给你发消息、请求成为联系人、把你加入群组，'
			+ '也看不到你是否在线。对方不会收到通知。在群组中你们仍能'
			+ '看到彼此。',
		do: '屏蔽',
		done: (name) => `已屏蔽${isolated(name)}。`,
		undone: (name) => `已取消屏蔽${isolated(name)}。`,
		here: (name) => `你已屏蔽${isolated(name)}。`,
		list: '已屏蔽的人',
		none: '没有屏蔽任何人。',
		since: (when) => `屏蔽时间：${when}`,
		unblock_of: (name) => `取消屏蔽${isolated(name)}`,
		refused: '对方无法接收你的任何内容。',
		not_sent: '未发送：对方无法接收你的消息。',
		group_refused: '你选择的人中有你无法添加的。',
	},
};

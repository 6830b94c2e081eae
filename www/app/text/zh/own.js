import { isolated, number } from './words.js';

/** @type {typeof import('../en/own.js').own_texts} */
export const own_texts = {
	parts: {
		all: '全部',
		folders: '文件夹',
		archive: '已归档的会话',
		back: '返回全部会话',
		no_archived: '没有已归档的会话',
		no_archived_hint: '收到新消息后，会话会回到列表中。',
		marked: '已标为未读',
	},

	chat_menu: {
		label: (name) => `会话：${isolated(name)}`,
		pin: '置顶',
		unpin: '取消置顶',
		mute: '静音…',
		unmute: '取消静音',
		mute_for: '静音',
		hour: '一小时',
		tomorrow: '直到明天早上',
		always: '始终',
		mark_unread: '标为未读',
		mark_read: '标为已读',
		folder: '文件夹…',
		remark: '备注名…',
		archive: '归档',
		unarchive: '取消归档',
	},

	folder: {
		title: '文件夹',
		none: '不在任何文件夹中',
		fresh: '新建文件夹',
		move: '移动',
	},

	remark: {
		title: '备注名',
		hint: (name) => `只有你能看到，用来代替“${isolated(name)}”。`,
		name: '名称',
		save: '保存',
		remove: '移除',
	},

	profile: {
		bio: '个人简介',
	},

	language: {
		title: '语言',
		system: '跟随浏览器',
		not_kept: '浏览器不为此页面保存任何内容，因此无法更改语言。',
	},

	theme: {
		title: '外观',
		system: '跟随设备',
		light: '浅色',
		dark: '深色',
	},

	privacy: {
		title: '隐私',
		read_receipts: '已读回执',
		read_receipts_hint: '关闭后，别人看不到你读过什么，你也看不到别人读过什么。',
		last_seen: '谁能看到你上次在线的时间',
		add_to_groups: '谁能把你加入群组',
		who: {
			everyone: '所有人',
			contacts: '我的联系人',
			nobody: '没有人',
		},
		loading: '正在加载…',
	},

	dnd: {
		title: '勿扰',
		on: '在设定的时段内不通知',
		from: '从',
		to: '到',
		days: '在哪几天开始',
		zone: '时区',
		need_day: '请至少选择一天。',
	},

	password: {
		change: '更改密码',
		old: '当前密码',
		fresh: '新密码',
		rule: '至少 8 个字符',
		elsewhere: '退出其他所有设备',
		save: '更改',
		changed: '密码已更改。',
		wrong: '当前密码不正确。',
	},

	export: {
		title: '你的数据',
		hint: '包含你的全部资料的文件：个人资料、设置、联系人、聊天和消息。',
		ask: '导出我的数据',
		again: '重新导出我的数据',
		running: (time) => `申请时间：${time}。正在生成文件…`,
		done: (time) => `申请时间：${time}。文件已生成，由本服务器的管理员`
			+ '为你保存数天。',
		failed: '文件生成失败，可以重新申请。',
	},

	readers: {
		menu: '已读成员…',
		title: '谁读过这条消息',
		sent: (time) => `发送于 ${time}`,
		unread: '未读',
		off: '你已关闭已读回执，因此看不到别人的已读回执。可以在设置中打开。',
		others: (n) => `另有 ${number(n)} 位成员不显示已读状态，或加入较晚。`,
	},
};

import { isolated, listed, number } from './words.js';

const group = {
	settings: '群组设置',
	leave: '退出群组',
	leave_title: '退出此群组？',
	leave_text: '你将无法再看到其中的消息，须由群内成员重新添加。',
	dissolve: '解散群组',
	dissolve_title: '解散此群组？',
};

const channel = {
	settings: '频道设置',
	leave: '退出频道',
	leave_title: '退出此频道？',
	leave_text: '你将无法再看到其中的消息。',
	dissolve: '解散频道',
	dissolve_title: '解散此频道？',
};

/** @type {typeof import('../en/groups.js').groups} */
export const groups = {
	roles: { owner: '群主', admin: '管理员', member: '' },

	system: {
		created: (who, place) => `${isolated(who)}创建了${place}`,
		added: (who, whom) => `${isolated(who)}添加了${listed(whom)}`,
		joined: (whom) => `${listed(whom)}加入了`,
		left: (whom) => `${listed(whom)}退出了`,
		removed: (who, whom) => `${isolated(who)}移除了${listed(whom)}`,
		banned: (who, whom) => `${isolated(who)}封禁了${listed(whom)}`,
		unbanned: (who, whom) => `${isolated(who)}解除了对${
			listed(whom)}的封禁`,
		admin: (who, whom) => `${isolated(who)}将${
			listed(whom)}设为管理员`,
		no_admin: (who, whom) => `${isolated(who)}将${
			listed(whom)}设为普通成员`,
		owner: (whom, place) => `${listed(whom)}现在拥有此${place}`,
		owner_me: (place) => `你现在拥有此${place}`,
		muted: (who, whom, t) => `${isolated(who)}将${
			listed(whom)}禁言至 ${t}`,
		unmuted: (who, whom) => `${isolated(who)}解除了对${
			listed(whom)}的禁言`,
		alias: (who, whom, as) => `${isolated(who)}将${
			listed(whom)}在这里的名字改为“${isolated(as)}”`,
		alias_own: (who, as) => `${isolated(who)}在这里改名为“${
			isolated(as)}”`,
		no_alias: (who, whom) => `${isolated(who)}移除了${
			listed(whom)}在这里的名字`,
		no_alias_mine: (who) => `${isolated(who)}移除了你在这里的名字`,
		no_alias_own: (who) => `${isolated(who)}不再使用在这里的名字`,
		dissolved: (who, place) => `${isolated(who)}解散了${place}`,
		renamed: (who, name, p) => `${isolated(who)}将${p}改名为“${
			isolated(name)}”`,
		announced: (who, text) => `${isolated(who)}发布了公告：“${
			isolated(text)}”`,
		changed: (who, what) => `${isolated(who)}更改了${what}`,
		took_away: (who, what) => `${isolated(who)}移除了${what}`,
		set: (who, what, to) => `${isolated(who)}将“${what}”设为“${to}”`,
		pinned: (who, text) => `${isolated(who)}置顶了“${isolated(text)}”`,
		pinned_some: (who) => `${isolated(who)}置顶了一条消息`,
		settings: (who, what) => what.length === 0
			? `${isolated(who)}更改了设置`
			: `${isolated(who)}更改了设置：${what.join('、')}`,
		other: (who, place) => `${isolated(who)}更改了${place}`,
	},

	groups: {
		places: { group: '群组', channel: '频道' },
		of: (kind) => kind === 'channel' ? channel : group,
		save: '保存',
		cancel: '取消',
		saved: '设置已更改。',
		need_name: '请填写名称。',
		quoted: (label) => `“${label}”`,
		too_long: (what) => `${what}过长。`,
		announcement: '公告',
		announcement_open: '显示公告',
		texts: { name: '名称', description: '简介',
			announcement: '公告', photo: '头像',
			meta: '附加数据' },
		labels: {
			name: '名称',
			description: '简介',
			announcement: '公告，显示在会话顶部',
			join: '谁可以加入',
			who_can_post: '谁可以发言',
			who_can_invite: '谁可以添加成员',
			who_can_pin: '谁可以置顶消息',
			who_can_mention_all: '谁可以提到所有人',
			history: '新成员可以阅读',
			slow_mode_s: '慢速模式',
			message_ttl_s: '消息自动消失',
		},
		values: {
			join: { invite: '仅限被添加或受邀的人',
				approval: '经管理员批准的人',
				open: '所有人' },
			who: { all: '所有成员', admins: '管理员',
				owner: '仅限群主' },
			history: { all: '所有消息',
				since_joined: '加入之后的消息' },
		},
		slow_here: (time) => `慢速模式：每 ${time}一条消息`,
		slow_off: '关闭',
		slow: (time) => `每 ${time}一条消息`,
		ttl_off: '从不',
		ttl: (time) => `${time}后`,

		next_owner: '之后由谁拥有',
		next_owner_any: '资历最长的管理员或成员',
		candidate: (name, role) => role ? `${name}（${role}）` : name,
		dissolve_text: '对所有成员都将结束，任何人都无法再阅读其中的消息。'
			+ '此操作无法撤销。',

		search: '搜索成员',
		muted: '已禁言',
		muted_until: (time) => `禁言至 ${time}`,
		you_are_muted: (time) => `你在这里被禁言至 ${time}`,
		acts_of: (name) => `对 ${isolated(name)} 的操作`,
		make_admin: '设为管理员',
		remove_admin: '取消管理员',
		make_owner: '设为群主',
		make_owner_title: (name) => `将 ${isolated(name)} 设为群主？`,
		make_owner_text: '你将成为管理员，且无法撤回。',
		alias: '更改在这里的名字',
		own_alias: '你在这里的名字',
		alias_of: (name) => `${isolated(name)} 在这里的名字`,
		alias_label: '名字',
		alias_hint: '所有成员都能看到。留空则使用平常的名字。',
		mute: '禁言',
		unmute: '解除禁言',
		mute_title: (name) => `禁言 ${isolated(name)}`,
		mutes: { hour: '一小时', day: '一天', week: '一周' },
		mute_do: '禁言',
		is_muted: (name, time) => `${isolated(name)} 已被禁言至 ${time}。`,
		remove: '移除',
		ban: '封禁',
		ban_title: (name) => `封禁 ${isolated(name)}？`,
		ban_text: '对方将被移除，解除封禁之前无法再次加入。',
		reason: '原因，供管理员查看',
		ban_do: '封禁',

		close: '关闭',
		requests: '加入申请',
		no_requests: '没有待处理的申请。',
		waiting_count: (n, more) => `${number(n)}${more ? '+' : ''} 人等待中`,
		invited_by: (who) => `由 ${isolated(who)} 邀请`,
		asked: (time) => `申请时间：${time}`,
		approve: '同意',
		reject: '拒绝',
		decide: {
			approve: (name) => `同意 ${isolated(name)} 加入`,
			reject: (name) => `拒绝 ${isolated(name)}`,
		},

		bans: '已封禁的用户',
		no_bans: '没有人被封禁。',
		banned_by: (who, time) => `由 ${isolated(who)} 封禁，${time}。`,
		banned_until: (time) => `直到 ${time}。`,
		lift: '解除封禁',
		lift_of: (name) => `解除对 ${isolated(name)} 的封禁`,

		invites: '邀请链接',
		no_invites: '没有可用的链接。',
		lasts: '有效期',
		uses: '可用次数',
		uses_any: '不限次数',
		make_link: '创建链接',
		copy_link: '复制链接',
		link_copied: '链接已复制。',
		end_link: '停用链接',
		expires: (time) => `有效至 ${time}`,
		expires_never: '永久有效',
		used: (n, max) => max ? `已用 ${number(n)}/${number(max)} 次`
			: `已用 ${number(n)} 次`,
		made_by: (who) => `由 ${isolated(who)} 创建`,

		invitation: '邀请',
		join: '加入',
		open: '打开会话',
		joined: (name) => `你已加入“${isolated(name)}”。`,
		is_member: '你已是成员。',
		waiting: '你已申请加入，等待管理员处理。',
		invite_expired: '此链接已过期。',
		invite_used_up: '此链接已用完或已停用。',
		invite_ended: '此链接已过期、已用完或已停用。',
		you_are_banned: '你已被封禁。',
		is_full: '成员已满。',
	},
};

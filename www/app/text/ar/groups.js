import { act, isYou, isolated, listed, number, you } from './words.js';

const group = {
	settings: 'إعدادات هذه المجموعة',
	leave: 'مغادرة المجموعة',
	leave_title: 'مغادرة هذه المجموعة؟',
	leave_text: 'لن ترى رسائلها بعد ذلك، ولا تعود إلا إذا أضافك أحد أعضائها.',
	dissolve: 'حلّ المجموعة',
	dissolve_title: 'حلّ هذه المجموعة؟',
};

const channel = {
	settings: 'إعدادات هذه القناة',
	leave: 'مغادرة القناة',
	leave_title: 'مغادرة هذه القناة؟',
	leave_text: 'لن ترى رسائلها بعد ذلك.',
	dissolve: 'حلّ القناة',
	dissolve_title: 'حلّ هذه القناة؟',
};

/** @type {typeof import('../en/groups.js').groups} */
export const groups = {
	roles: { owner: 'مالك', admin: 'مشرف', member: '' },

	system: {
		created: (who, place) => `${act(who, 'أنشأ', 'أنشأتَ')} ${place}`,
		added: (who, whom) => `${act(who, 'أضاف', 'أضفتَ')} ${listed(whom)}`,
		joined: (whom) => whom.length === 1 && whom[0] === you ? 'انضممتَ'
			: `انضم ${listed(whom)}`,
		left: (whom) => whom.length === 1 && whom[0] === you ? 'غادرتَ'
			: `غادر ${listed(whom)}`,
		removed: (who, whom) => `${act(who, 'أزال', 'أزلتَ')} ${listed(whom)}`,
		banned: (who, whom) => `${act(who, 'حظر', 'حظرتَ')} ${listed(whom)}`,
		unbanned: (who, whom) => `${act(who, 'رفع', 'رفعتَ')} الحظر عن ${
			listed(whom)}`,
		admin: (who, whom) => `${act(who, 'عيّن', 'عيّنتَ')} ${
			listed(whom)} مشرفًا`,
		no_admin: (who, whom) => `${act(who, 'جعل', 'جعلتَ')} ${
			listed(whom)} عضوًا بلا صلاحيات خاصة`,
		owner: (whom, place) => `انتقلت ملكية ${place} إلى ${listed(whom)}`,
		owner_me: (place) => `انتقلت ملكية ${place} إليك`,
		muted: (who, whom, t) => `${act(who, 'كتم', 'كتمتَ')} ${
			listed(whom)} حتى ${t}`,
		unmuted: (who, whom) => `${act(who, 'أعاد', 'أعدتَ')} ${
			listed(whom)} إلى الكتابة`,
		alias: (who, whom, as) => `${act(who, 'سمّى', 'سمّيتَ')} ${
			listed(whom)} «${isolated(as)}» هنا`,
		alias_own: (who, as) => `${act(who, 'اتخذ', 'اتخذتَ')} اسم «${
			isolated(as)}» هنا`,
		no_alias: (who, whom) => `${act(who, 'أزال', 'أزلتَ')} اسم ${
			listed(whom)} هنا`,
		no_alias_mine: (who) => `${act(who, 'أزال', 'أزلتَ')} اسمك هنا`,
		no_alias_own: (who) => act(who, 'تخلّى عن الاسم هنا',
			'تخلّيتَ عن الاسم هنا'),
		dissolved: (who, place) => `${act(who, 'حلّ', 'حللتَ')} ${place}`,
		renamed: (who, name, p) => `${act(who, 'سمّى', 'سمّيتَ')} ${
			p} «${isolated(name)}»`,
		announced: (who, text) => `${act(who, 'أعلن', 'أعلنتَ')}: «${
			isolated(text)}»`,
		changed: (who, what) => `${act(who, 'غيّر', 'غيّرتَ')} ${what}`,
		took_away: (who, what) => `${act(who, 'أزال', 'أزلتَ')} ${what}`,
		set: (who, what, to) => `${act(who, 'ضبط', 'ضبطتَ')} «${
			what}» على «${to}»`,
		pinned: (who, text) => `${act(who, 'ثبّت', 'ثبّتَّ')} «${
			isolated(text)}»`,
		pinned_some: (who) => `${act(who, 'ثبّت', 'ثبّتَّ')} رسالة`,
		settings: (who, what) => `${act(who, 'غيّر', 'غيّرتَ')} الإعدادات${
			what.length === 0 ? '' : `: ${what.join('، ')}`}`,
		other: (who, place) => `${act(who, 'غيّر', 'غيّرتَ')} ${place}`,
	},

	groups: {
		places: { group: 'المجموعة', channel: 'القناة' },
		of: (kind) => kind === 'channel' ? channel : group,
		save: 'حفظ',
		cancel: 'إلغاء',
		saved: 'تم تغيير الإعدادات.',
		need_name: 'الاسم مطلوب.',
		quoted: (label) => `«${label}»`,
		too_long: (what) => `أطول من المسموح: ${what}.`,
		announcement: 'الإعلان',
		announcement_open: 'عرض الإعلان',
		texts: { name: 'الاسم', description: 'الوصف',
			announcement: 'الإعلان', photo: 'الصورة',
			meta: 'البيانات الإضافية' },
		labels: {
			name: 'الاسم',
			description: 'الوصف',
			announcement: 'الإعلان، في أعلى المحادثة',
			join: 'من يمكنه الانضمام',
			who_can_post: 'من يمكنه الكتابة',
			who_can_invite: 'من يمكنه إضافة أشخاص',
			who_can_pin: 'من يمكنه تثبيت الرسائل',
			who_can_mention_all: 'من يمكنه ذكر الجميع',
			history: 'ما يقرؤه الأعضاء الجدد',
			slow_mode_s: 'الوضع البطيء',
			message_ttl_s: 'اختفاء الرسائل',
		},
		values: {
			join: { invite: 'من تمت إضافته أو دعوته فقط',
				approval: 'من يوافق عليه مشرف',
				open: 'الجميع' },
			who: { all: 'جميع الأعضاء', admins: 'المشرفون',
				owner: 'المالك فقط' },
			history: { all: 'جميع الرسائل',
				since_joined: 'الرسائل منذ انضمامهم' },
		},
		slow_here: (time) => `الوضع البطيء: رسالة واحدة كل ${time}`,
		slow_off: 'متوقف',
		slow: (time) => `رسالة واحدة كل ${time}`,
		ttl_off: 'أبدًا',
		ttl: (time) => `بعد ${time}`,

		next_owner: 'من يملكها بعد ذلك',
		next_owner_any: 'أقدم المشرفين، أو أقدم الأعضاء',
		candidate: (name, role) => role ? `${isolated(name)} (${role})`
			: name,
		dissolve_text: 'تنتهي لدى جميع الأعضاء، ولا يمكن لأحد قراءة رسائلها '
			+ 'بعد ذلك. لا يمكن التراجع عن هذا.',

		search: 'البحث في الأعضاء',
		muted: 'مكتوم',
		muted_until: (time) => `مكتوم حتى ${time}`,
		you_are_muted: (time) => `أنت مكتوم هنا حتى ${time}`,
		acts_of: (name) => `إجراءات ${isolated(name)}`,
		make_admin: 'تعيين مشرفًا',
		remove_admin: 'إلغاء الإشراف',
		make_owner: 'تعيين مالكًا',
		make_owner_title: (name) => `تعيين ${isolated(name)} مالكًا؟`,
		make_owner_text: 'ستصبح مشرفًا عندئذ، ولا يمكنك التراجع.',
		alias: 'تغيير الاسم هنا',
		own_alias: 'اسمك هنا',
		alias_of: (name) => `اسم ${isolated(name)} هنا`,
		alias_label: 'الاسم',
		alias_hint: 'يراه جميع الأعضاء. إن تُرك فارغًا ظهر الاسم المعتاد.',
		mute: 'كتم',
		unmute: 'السماح بالكتابة من جديد',
		mute_title: (name) => `كتم ${isolated(name)}`,
		mutes: { hour: 'لمدة ساعة', day: 'لمدة يوم', week: 'لمدة أسبوع' },
		mute_do: 'كتم',
		is_muted: (name, time) => `${isolated(name)} مكتوم حتى ${time}.`,
		remove: 'إزالة',
		ban: 'حظر',
		ban_title: (name) => `حظر ${isolated(name)}؟`,
		ban_text: 'تتم الإزالة، ولا عودة حتى يُرفع الحظر.',
		reason: 'السبب، للمشرفين',
		ban_do: 'حظر',

		close: 'إغلاق',
		requests: 'طلبات الانضمام',
		no_requests: 'لا أحد ينتظر الدخول.',
		waiting_count: (n, more) => `في الانتظار: ${number(n)}${
			more ? '+' : ''}`,
		invited_by: (who) => isYou(who) ? 'بدعوة منك'
			: `بدعوة من ${isolated(who)}`,
		asked: (time) => `وقت الطلب: ${time}`,
		approve: 'قبول',
		reject: 'رفض',
		decide: {
			approve: (name) => `قبول ${isolated(name)}`,
			reject: (name) => `رفض ${isolated(name)}`,
		},

		bans: 'المستخدمون المحظورون',
		no_bans: 'لا أحد محظور.',
		banned_by: (who, time) => `${act(who, 'حظره', 'حظرتَه')}، ${time}.`,
		banned_until: (time) => `حتى ${time}.`,
		lift: 'رفع الحظر',
		lift_of: (name) => `رفع الحظر عن ${isolated(name)}`,

		invites: 'روابط الدعوة',
		no_invites: 'لا يوجد رابط صالح للاستعمال.',
		lasts: 'مدة الصلاحية',
		uses: 'عدد مرات الاستعمال',
		uses_any: 'بلا حد',
		make_link: 'إنشاء رابط',
		copy_link: 'نسخ الرابط',
		link_copied: 'تم نسخ الرابط.',
		end_link: 'إنهاء الرابط',
		expires: (time) => `حتى ${time}`,
		expires_never: 'بلا نهاية',
		used: (n, max) => max ? `مرات الاستعمال: ${number(n)} من ${
			number(max)}` : `مرات الاستعمال: ${number(n)}`,
		made_by: (who) => isYou(who) ? 'من إنشائك'
			: `أنشأه ${isolated(who)}`,

		invitation: 'دعوة',
		join: 'انضمام',
		open: 'فتح المحادثة',
		joined: (name) => `انضممتَ إلى «${isolated(name)}».`,
		is_member: 'أنت عضو.',
		waiting: 'طلبتَ الانضمام، والقرار لأحد المشرفين.',
		invite_expired: 'انتهت صلاحية هذا الرابط.',
		invite_used_up: 'استُنفد هذا الرابط أو تم إنهاؤه.',
		invite_ended: 'انتهت صلاحية هذا الرابط، أو استُنفد، أو تم إنهاؤه.',
		you_are_banned: 'أنت محظور هناك.',
		is_full: 'لا مكان لأعضاء آخرين.',
	},
};

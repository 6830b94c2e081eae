import { count, isolated } from './words.js';

/** @type {typeof import('../en/own.js').own_texts} */
export const own_texts = {
	parts: {
		all: 'الكل',
		folders: 'المجلدات',
		archive: 'المحادثات المؤرشفة',
		back: 'العودة إلى كل المحادثات',
		no_archived: 'لا محادثات مؤرشفة',
		no_archived_hint: 'تعود المحادثة إلى القائمة برسالة جديدة.',
		marked: 'معلَّمة كغير مقروءة',
	},

	chat_menu: {
		label: (name) => `محادثة: ${isolated(name)}`,
		pin: 'تثبيت',
		unpin: 'إلغاء التثبيت',
		mute: 'كتم…',
		unmute: 'إلغاء الكتم',
		mute_for: 'كتم',
		hour: 'لمدة ساعة',
		tomorrow: 'حتى صباح الغد',
		always: 'دائمًا',
		mark_unread: 'تعليم كغير مقروءة',
		mark_read: 'تعليم كمقروءة',
		folder: 'مجلد…',
		remark: 'اسم خاص…',
		archive: 'أرشفة',
		unarchive: 'إخراج من الأرشيف',
	},

	folder: {
		title: 'المجلد',
		none: 'بلا مجلد',
		fresh: 'مجلد جديد',
		move: 'نقل',
	},

	remark: {
		title: 'اسم خاص',
		hint: (name) => `لا يراه غيرك، ويظهر بدلًا من «${isolated(name)}».`,
		name: 'الاسم',
		save: 'حفظ',
		remove: 'إزالته',
	},

	profile: {
		bio: 'نبذة عنك',
	},

	language: {
		title: 'اللغة',
		system: 'لغة المتصفح',
		not_kept: 'المتصفح لا يحفظ شيئًا لهذه الصفحة، فلا يمكن تغيير لغتها.',
	},

	theme: {
		title: 'المظهر',
		system: 'حسب الجهاز',
		light: 'فاتح',
		dark: 'داكن',
	},

	privacy: {
		title: 'الخصوصية',
		read_receipts: 'إيصالات القراءة',
		read_receipts_hint: 'من دونها لا يرى أحد ما قرأته، ولا ترى ما قرأه '
			+ 'الآخرون.',
		last_seen: 'من يرى آخر ظهور لك',
		add_to_groups: 'من يمكنه إضافتك إلى المجموعات',
		who: {
			everyone: 'الجميع',
			contacts: 'جهات اتصالي',
			nobody: 'لا أحد',
		},
		loading: 'جارٍ التحميل…',
	},

	dnd: {
		title: 'عدم الإزعاج',
		on: 'لا إشعارات في ساعات محددة',
		from: 'من',
		to: 'إلى',
		days: 'الأيام التي يبدأ فيها',
		zone: 'المنطقة الزمنية',
		need_day: 'يجب اختيار يوم واحد على الأقل.',
	},

	password: {
		change: 'تغيير كلمة المرور',
		old: 'كلمة المرور الحالية',
		fresh: 'كلمة المرور الجديدة',
		rule: '8 أحرف على الأقل',
		elsewhere: 'تسجيل الخروج من كل الأجهزة الأخرى',
		save: 'تغيير',
		changed: 'تم تغيير كلمة المرور.',
		wrong: 'هذه ليست كلمة مرورك الحالية.',
	},

	readers: {
		menu: 'من قرأها…',
		title: 'من قرأ الرسالة',
		sent: (time) => `أُرسلت: ${time}`,
		unread: 'لم يقرؤوها بعد',
		off: 'إيصالات القراءة لديك متوقفة، فلا ترى إيصالات الآخرين. يمكن '
			+ 'تشغيلها من الإعدادات.',
		others: (n) => `لا يُظهرون ذلك أو انضموا لاحقًا: ${count(n,
			'عضو واحد', 'عضوان', 'أعضاء', 'عضوًا')}.`,
	},
};

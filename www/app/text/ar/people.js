import { count, isolated } from './words.js';

/** @type {typeof import('../en/people.js').people_texts} */
export const people_texts = {
	contacts: {
		title: 'جهات الاتصال',
		title_waiting: (n) => `جهات الاتصال: ${count(n, 'طلب واحد إليك',
			'طلبان إليك', 'طلبات إليك', 'طلبًا إليك')}`,
		close: 'إغلاق جهات الاتصال',
		add: 'إضافة جهة اتصال',
		search: 'البحث في جهات الاتصال',
		incoming: 'طلبات إليك',
		outgoing: 'طلباتك',
		all: 'جهات اتصالك',
		empty: 'لا جهات اتصال بعد',
		empty_hint: 'بإضافة من تعرفهم تجدهم هنا.',
		nothing_found: 'لا جهة اتصال بهذا الاسم',

		accept: 'قبول',
		decline: 'رفض',
		take_back: 'سحب',
		of: {
			accept: (name) => `قبول طلب ${isolated(name)}`,
			decline: (name) => `رفض طلب ${isolated(name)}`,
			take_back: (name) => `سحب الطلب إلى ${isolated(name)}`,
		},
		asked: (when) => `وقت الطلب: ${when}`,

		open_chat: 'فتح المحادثة',
		remark: 'اسم خاص…',
		remove: 'إزالة من جهات الاتصال…',
		remove_title: (name) => `إزالة ${isolated(name)}؟`,
		remove_text: 'لن يبقى أي منكما جهة اتصال للآخر. تبقى محادثتكما.',
		remove_do: 'إزالة',

		to_contacts: 'إضافة إلى جهات الاتصال',
		note: 'رسالة (اختيارية)',
		send: 'إرسال الطلب',
		back: 'رجوع',
		sent: (name) => `أُرسل طلبك إلى ${isolated(name)}.`,
		accepted: (name) => `${isolated(name)} الآن من جهات اتصالك.`,
		states: { accepted: 'جهة اتصال', sent: 'أُرسل الطلب',
			requested: 'طلب إضافتك' },
		refused: 'لا يقبل هذا الشخص طلبات منك.',
		full: 'بلغت جهات اتصالك وطلباتك أقصى عدد.',
		add_person: 'إضافة إلى جهات الاتصال…',
		take_back_long: 'سحب الطلب',
		accept_long: 'قبول الطلب',
		decline_long: 'رفض الطلب',
	},

	joining: {
		join: 'الانضمام إلى مجموعة',
		field: 'رابط المجموعة أو معرّفها',
		hint: 'لمجموعة يستطيع الجميع الانضمام إليها أو طلب ذلك، أو رابط '
			+ 'دعوة.',
		do: 'انضمام',
		bad: 'هذا ليس رابط مجموعة ولا معرّفها.',
		missing: 'لا توجد مجموعة كهذه يمكنك الانضمام إليها.',
		dissolved: 'حُلّت هذه المجموعة.',
		copy_link: 'نسخ رابط الانضمام',
	},

	search_days: {
		label: 'الأيام',
		since: 'من',
		until: 'إلى',
	},

	reminder_note: {
		label: 'ملاحظة لنفسك (اختيارية)',
		due: (note, who, text) => `تذكير: ${isolated(note)} (${
			isolated(who)}: ${text})`,
	},

	blocks: {
		block: 'حظر…',
		unblock: 'إلغاء الحظر',
		title: (name) => `حظر ${isolated(name)}؟`,
		text: 'لن يستطيع هذا الشخص مراسلتك مباشرة، ولا طلب إضافتك، ولا '
			+ 'ضمّك إلى مجموعات، ولا معرفة وقت وجودك. لا يُخبَر بذلك. '
			+ 'في المجموعات يبقى كل منكما يرى الآخر.',
		do: 'حظر',
		done: (name) => `حُظر ${isolated(name)}.`,
		undone: (name) => `أُلغي حظر ${isolated(name)}.`,
		here: (name) => `لقد حظرت ${isolated(name)}.`,
		list: 'المحظورون',
		none: 'لا أحد محظور.',
		since: (when) => `وقت الحظر: ${when}`,
		unblock_of: (name) => `إلغاء حظر ${isolated(name)}`,
		refused: 'لا يستطيع هذا الشخص تلقي شيء منك.',
		not_sent: 'لم تُرسل: لا يستطيع هذا الشخص تلقي رسائل منك.',
		group_refused: 'اخترت من لا يمكنك إضافته.',
	},
};

/* Who they are, and what chats they have. */
#include "demo.h"

const struct demo_person demo_people[] = {
	{ "alice", "Alice Weber", "Alice", "en de fr zh es ar" },
	{ "bob", "Bob Okafor", "Bob", "en" },
	{ "carol", "Carol Mendes", "Carol", "en es" },
	{ "meiling", "林美玲", "美玲", "zh en" },
	{ "wei", "张伟", "张伟", "zh en" },
	{ "haruto", "佐藤 陽翔", "陽翔", "ja en zh" },
	{ "minji", "김민지", "민지", "ko en ja" },
	{ "fatima", "فاطمة حداد", "فاطمة", "ar en fr" },
	{ "yusuf", "يوسف منصور", "يوسف", "ar en" },
	{ "olga", "Ольга Соколова", "Ольга", "ru en" },
	{ "tomas", "Tomáš Novák", "Tomáš", "en de ru" },
	{ "priya", "प्रिया शर्मा", "प्रिया", "hi en" },
	{ "arjun", "अर्जुन मेहता", "अर्जुन", "hi en" },
	{ "lucia", "Lucía Fernández", "Lucía", "es en fr de" },
	{ "claire", "Claire Dubois", "Claire", "fr en" },
	{ "jonas", "Jonas Weber", "Jonas", "de en" },
	{ "soren", "Søren Lindqvist", "Søren", "en" },
	{ "jihoon", "박지훈", "지훈", "ko en" },
};

const size_t demo_n_people = sizeof(demo_people) / sizeof(demo_people[0]);

int demo_person_find(struct str username)
{
	for (size_t i = 0; i < demo_n_people; i++)
		if (str_is(username, demo_people[i].username))
			return (int)i;
	return -1;
}

#define ALL                                                               \
	"alice carol meiling wei haruto minji fatima yusuf olga tomas "   \
	"priya arjun lucia claire jonas soren jihoon"

#define DIRECT(a, b) .kind = CONV_DIRECT, .members = a " " b, .key = a "+" b

const struct demo_conv demo_convs[] = {
	/* ---- groups ---- */
	{ .kind = CONV_GROUP, .key = "aurora", .name = "Project Aurora 🚀",
	    .members = "bob alice carol meiling soren tomas priya minji",
	    .late = "minji", .langs = "en",
	    .topics = "work work work work standup standup lunch emoji",
	    .messages = 520, .days = 45, .last_min = 4,
	    .unread_topic = "callout", .unread = 1 },
	{ .kind = CONV_GROUP, .key = "everybody", .name = "Everybody",
	    .members = "bob " ALL, .langs = "en",
	    .topics = "lunch lunch weekend weekend work emoji",
	    .messages = 230, .days = 42, .last_min = 22,
	    .unread_topic = "weekend", .unread = 2 },
	{ .kind = CONV_CHANNEL, .key = "news", .name = "Announcements 📣",
	    .members = "bob " ALL, .langs = "en", .topics = "news",
	    .messages = 26, .days = 44, .last_min = 187,
	    .unread_topic = "news", .unread = 1 },
	{ .kind = CONV_GROUP, .key = "oncall", .name = "Aurora on-call 📟",
	    .members = "soren bob alice tomas priya", .langs = "en",
	    .topics = "oncall oncall oncall work",
	    .messages = 200, .days = 40, .last_min = 310 },
	{ .kind = CONV_GROUP, .key = "lunch", .name = "Lunch? 🍜",
	    .members = "carol alice bob meiling soren priya haruto minji "
		       "fatima",
	    .late = "fatima", .langs = "en",
	    .topics = "lunch lunch lunch emoji chat",
	    .messages = 200, .days = 38, .last_min = 95 },
	{ .kind = CONV_GROUP, .key = "family", .name = "Familie Weber",
	    .members = "jonas alice lucia tomas", .late = "tomas",
	    .langs = "de de de de es", .topics = "family family chat",
	    .messages = 115, .days = 50, .last_min = 48,
	    .unread_topic = "family", .unread = 1 },
	{ .kind = CONV_GROUP, .key = "lisbon", .name = "Lisbon in May ✈️",
	    .members = "claire alice carol lucia bob soren", .langs = "en",
	    .topics = "travel travel travel weekend emoji",
	    .messages = 180, .days = 30, .last_min = 640 },
	{ .kind = CONV_GROUP, .key = "books", .name = "Book club 📚",
	    .members = "olga alice carol claire yusuf minji jonas",
	    .late = "jonas", .langs = "en",
	    .topics = "books books books weekend chat",
	    .messages = 165, .days = 48, .last_min = 1560 },
	{ .kind = CONV_GROUP, .key = "hike", .name = "周末爬山 ⛰️",
	    .members = "meiling wei alice haruto", .langs = "zh",
	    .topics = "hike hike chat", .messages = 90, .days = 35,
	    .last_min = 900 },
	{ .kind = CONV_GROUP, .key = "arabic", .name = "نادي العربية",
	    .members = "fatima yusuf alice", .langs = "ar",
	    .topics = "study study chat", .messages = 50, .days = 28,
	    .last_min = 2900 },
	{ .kind = CONV_GROUP, .key = "words", .name = "Words & languages 🌍",
	    .members = "lucia alice haruto minji fatima olga priya claire "
		       "wei jihoon soren",
	    .langs = "en en es fr ja ko ar ru hi", .topics = "learn",
	    .messages = 90, .days = 33, .last_min = 400 },

	/* ---- alice and one other ---- */
	{ DIRECT("alice", "bob"), .langs = "en",
	    .topics = "work chat chat emoji lunch", .messages = 230,
	    .days = 46, .last_min = 9, .unread_topic = "ping", .unread = 1 },
	{ DIRECT("alice", "carol"), .langs = "en es",
	    .topics = "chat chat weekend books", .messages = 150,
	    .days = 40, .last_min = 130 },
	{ DIRECT("meiling", "alice"), .langs = "zh", .topics = "chat",
	    .messages = 70, .days = 42, .last_min = 31,
	    .unread_topic = "ping", .unread = 1 },
	{ DIRECT("alice", "jonas"), .langs = "de", .topics = "chat work",
	    .messages = 75, .days = 44, .last_min = 260,
	    .unread_topic = "ping", .unread = 1 },
	{ DIRECT("lucia", "alice"), .langs = "es", .topics = "chat",
	    .messages = 55, .days = 37, .last_min = 720 },
	{ DIRECT("claire", "alice"), .langs = "fr", .topics = "chat",
	    .messages = 52, .days = 39, .last_min = 1020 },
	{ DIRECT("alice", "wei"), .langs = "zh en", .topics = "chat work",
	    .messages = 60, .days = 31, .last_min = 2200 },
	{ DIRECT("alice", "fatima"), .langs = "ar fr", .topics = "chat",
	    .messages = 42, .days = 29, .last_min = 1800,
	    .unread_topic = "ping", .unread = 1 },
	{ DIRECT("haruto", "alice"), .langs = "en", .topics = "chat emoji",
	    .messages = 40, .days = 25, .last_min = 3200 },
	{ DIRECT("alice", "priya"), .langs = "en", .topics = "work oncall",
	    .messages = 70, .days = 36, .last_min = 1330 },
	{ DIRECT("alice", "soren"), .langs = "en",
	    .topics = "work chat oncall", .messages = 80, .days = 41,
	    .last_min = 540 },
	{ DIRECT("tomas", "alice"), .langs = "de en", .topics = "chat",
	    .messages = 50, .days = 32, .last_min = 4100 },
	{ DIRECT("olga", "alice"), .langs = "en", .topics = "chat books",
	    .messages = 45, .days = 34, .last_min = 6300 },

	/* ---- the others among themselves ---- */
	{ DIRECT("bob", "carol"), .langs = "en", .topics = "work lunch chat",
	    .messages = 90, .days = 38, .last_min = 75 },
	{ DIRECT("bob", "soren"), .langs = "en", .topics = "work oncall",
	    .messages = 70, .days = 33, .last_min = 170 },
	{ DIRECT("meiling", "wei"), .langs = "zh", .topics = "chat",
	    .messages = 66, .days = 40, .last_min = 60 },
	{ DIRECT("fatima", "yusuf"), .langs = "ar", .topics = "chat",
	    .messages = 36, .days = 30, .last_min = 220 },
	{ DIRECT("olga", "tomas"), .langs = "ru", .topics = "chat",
	    .messages = 50, .days = 36, .last_min = 150 },
	{ DIRECT("haruto", "minji"), .langs = "ja", .topics = "chat",
	    .messages = 40, .days = 27, .last_min = 480 },
	{ DIRECT("minji", "jihoon"), .langs = "ko", .topics = "chat",
	    .messages = 40, .days = 26, .last_min = 55 },
	{ DIRECT("priya", "arjun"), .langs = "hi", .topics = "chat",
	    .messages = 26, .days = 24, .last_min = 350 },
	{ DIRECT("claire", "lucia"), .langs = "fr es", .topics = "chat",
	    .messages = 60, .days = 35, .last_min = 830 },
	{ DIRECT("jonas", "tomas"), .langs = "de", .topics = "chat work",
	    .messages = 48, .days = 28, .last_min = 1500 },
	{ DIRECT("carol", "claire"), .langs = "en",
	    .topics = "travel chat books", .messages = 50, .days = 22,
	    .last_min = 1250 },

	/* ---- last: what says that all is there ---- */
	{ .kind = CONV_SELF, .key = "alice", .members = "alice",
	    .langs = "en", .topics = "self", .messages = 12, .days = 40,
	    .last_min = 2000 },
};

const size_t demo_n_convs = sizeof(demo_convs) / sizeof(demo_convs[0]);

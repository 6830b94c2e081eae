#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "im/conv/conv_setting.h"

static const struct conv_setting *find(const char *name)
{
	const struct conv_setting *s = conv_settings;

	while (s->name && strcmp(s->name, name) != 0)
		s++;
	assert_non_null(s->name);
	return s;
}

static void words(void **state)
{
	const struct conv_setting *s = find("who_can_post");
	struct conv c = { .who_can_post = WHO_ALL };

	(void)state;
	assert_true(str_is(conv_setting_word(s, &c), "all"));
	c.who_can_post = WHO_ADMINS;
	assert_true(str_is(conv_setting_word(s, &c), "admins"));
	c.who_can_post = WHO_OWNER;
	assert_null(conv_setting_word(s, &c).p);
	c.who_can_post = 0;
	assert_null(conv_setting_word(s, &c).p);
	c.history = HISTORY_SINCE_JOINED;
	assert_true(
	    str_is(conv_setting_word(find("history"), &c), "since_joined"));
	c.join_policy = JOIN_OPEN;
	assert_true(str_is(conv_setting_word(find("join"), &c), "open"));
}

static void values(void **state)
{
	struct conv c = { .name = STR("x"), .slow_mode_s = 7 };

	(void)state;
	assert_true(str_is(conv_setting_str(find("name"), &c), "x"));
	assert_null(conv_setting_str(find("meta"), &c).p);
	assert_int_equal(conv_setting_int(find("slow_mode_s"), &c), 7);
}

static void defaults(void **state)
{
	struct conv group = { .kind = CONV_GROUP };
	struct conv channel = {
		.kind = CONV_CHANNEL,
		.who_can_post = WHO_ALL,
	};

	(void)state;
	conv_setting_defaults(&group);
	assert_int_equal(group.join_policy, JOIN_INVITE);
	assert_int_equal(group.who_can_post, WHO_ALL);
	assert_int_equal(group.who_can_invite, WHO_ALL);
	assert_int_equal(group.history, HISTORY_ALL);
	assert_int_equal(group.slow_mode_s, 0);
	conv_setting_defaults(&channel);
	assert_int_equal(channel.who_can_post, WHO_ALL);
	assert_int_equal(channel.who_can_invite, WHO_ADMINS);
	assert_int_equal(group.who_can_pin, WHO_ADMINS);
	assert_int_equal(channel.who_can_mention_all, WHO_ADMINS);
	for (int64_t kind = CONV_DIRECT; kind <= CONV_SELF;
	     kind += CONV_SELF - CONV_DIRECT) {
		struct conv c = { .kind = kind };

		conv_setting_defaults(&c);
		assert_int_equal(c.who_can_post, WHO_ALL);
		assert_int_equal(c.who_can_pin, WHO_ALL);
		assert_int_equal(c.who_can_mention_all, WHO_ALL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(values),
		cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests_name("conv_setting", tests, NULL, NULL);
}

/* Messages that only a browser can read, by the example of RFC 8291. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "push/ece.h"

static struct arena arena;

/* RFC 8291, section 5 and appendix A. */
#define PLAIN      "When I grow up, I want to be a watermelon"
#define AS_PRIVATE "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define UA_PUBLIC                                                    \
	"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBH" \
	"m4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
#define AUTH "BTBZMqHH6r4Tts7J_aSIgg"
#define SALT "DGv6ra1nlYgDCS1FRnbzlw"
#define BODY                                                         \
	"DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkg" \
	"cy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y" \
	"l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQe" \
	"xSgSxsj_Qulcy4a-fN"

static struct push_ece_to browser(void)
{
	struct push_ece_to to;

	assert_true(push_ece_read(&arena, STR(UA_PUBLIC), STR(AUTH), &to));
	return to;
}

static void example_of_the_rfc(void **state)
{
	struct push_ece_to to = browser();
	struct push_ece_own own;
	struct str sealed;

	(void)state;
	memcpy(own.scalar, crypto_base64url_decode(&arena, STR(AS_PRIVATE)).p,
	    sizeof(own.scalar));
	memcpy(own.salt, crypto_base64url_decode(&arena, STR(SALT)).p,
	    sizeof(own.salt));
	sealed = push_ece_seal_with(&arena, &own, &to, STR(PLAIN), 0);
	sealed = crypto_base64url(&arena, sealed.p, sealed.len);
	assert_string_equal(sealed.p, BODY);
}

/* The record with its tag is never larger than the header says. */
static void sizes(void **state)
{
	struct push_ece_to to = browser();
	char *plain = arena_alloc(&arena, PUSH_ECE_PLAIN_MAX);
	struct str all = { plain, PUSH_ECE_PLAIN_MAX };

	(void)state;
	assert_int_equal(PUSH_ECE_PLAIN_MAX, 4078);
	assert_int_equal(push_ece_seal(&arena, &to, all, 0).len,
	    PUSH_ECE_HEADER_LEN + 4095);
	all.len -= 100;
	assert_int_equal(push_ece_seal(&arena, &to, all, 100).len,
	    PUSH_ECE_HEADER_LEN + 4095);
	assert_int_equal(push_ece_seal(&arena, &to, STR(""), 0).len,
	    PUSH_ECE_HEADER_LEN + PUSH_ECE_OVERHEAD);
}

/* Neither key nor salt twice. */
static void nothing_repeats(void **state)
{
	struct push_ece_to to = browser();
	struct str a = push_ece_seal(&arena, &to, STR(PLAIN), 0);
	struct str b = push_ece_seal(&arena, &to, STR(PLAIN), 0);

	(void)state;
	assert_memory_not_equal(a.p, b.p, PUSH_ECE_SALT_LEN);
	assert_memory_not_equal(a.p + 21, b.p + 21, CRYPTO_POINT_LEN);
	assert_memory_not_equal(a.p + PUSH_ECE_HEADER_LEN,
	    b.p + PUSH_ECE_HEADER_LEN, sizeof(PLAIN));
}

static void bad_subscriptions(void **state)
{
	static const struct {
		const char *p256dh, *auth;
	} bad[] = {
		{ "", AUTH },
		{ UA_PUBLIC, "" },
		{ UA_PUBLIC, "BTBZMqHH6r4Tts7J_aSI" },
		{ UA_PUBLIC, UA_PUBLIC },
		{ AUTH, AUTH },
		{ "!" UA_PUBLIC, AUTH },
		{ UA_PUBLIC "AA", AUTH },
	};
	struct push_ece_to to = browser();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(push_ece_read(&arena, str_of(bad[i].p256dh),
		    str_of(bad[i].auth), &to));
	assert_false(push_ece_read(&arena, STR_NONE, STR_NONE, &to));
	assert_true(
	    push_ece_read(&arena, STR(UA_PUBLIC "="), STR(AUTH "=="), &to));
	to.point[64] ^= 1;
	assert_null(push_ece_seal(&arena, &to, STR(PLAIN), 0).p);
}

static int begin(void **state)
{
	(void)state;
	crypto_init();
	arena_init(&arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(example_of_the_rfc),
		CASE(sizes),
		CASE(nothing_repeats),
		CASE(bad_subscriptions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * push: notices to a push provider on this host.
 *
 *   push sender|bare URL DIR SECONDS
 *
 * sender: by lib/push, as APNs, with the credential in DIR.  bare: one request
 * again and again by libcurl's multi interface and nothing else.  DIR/ca.pem is
 * the authority of the provider.
 */
#include <curl/curl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/program.h"
#include "push/sender.h"

#define UNDER_WAY   500
#define CONNECTIONS 2
#define WAIT_MS     100

static const struct program program = {
	.name = "push",
	.log_name = "push",
	.text = "Sends notices to a push provider on this host.",
	.operands = "sender|bare URL DIR SECONDS",
	.operands_max = 4,
};

static struct {
	struct arena arena;
	const char *url, *ca_file;
	int64_t until_us;
	uint64_t done, failed;
} bench;

static bool goes_on(void)
{
	return clock_mono_us() < bench.until_us;
}

static struct str text_of(const char *file)
{
	char text[8192];
	FILE *f = fopen(file, "r");
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;

	if (!n)
		die(EX_NOINPUT, "%s cannot be read", file);
	fclose(f);
	return arena_str(&bench.arena, (struct str){ text, n });
}

/* ---- by lib/push ---- */

static void submit(struct push_line *l, size_t i)
{
	char token[65];
	struct push_address to = { .token = { token, 64 } };
	const struct push_notice n = {
		.id = STR("123e4567-e89b-12d3-a456-426614174000"),
		.collapse = STR("cc0d1e2f3a4b5c6d"),
		.title = STR("Ann"),
		.body = STR("a message of the usual length, as people write"),
		.badge = 3,
		.expires_ms = clock_now_ms() + 3600000,
		.data = STR("{\"conv_id\":\"123456789012345678\"}"),
	};

	snprintf(token, sizeof(token), "%064zx", i);
	push_submit(l, &to, &n, NULL);
}

static void on_result(void *arg, const struct push_result *r)
{
	(void)arg;
	if (r->outcome.verdict == PUSH_DONE)
		bench.done++;
	else
		bench.failed++;
}

static void run_sender(const char *dir)
{
	const struct push_limits limits = {
		.ca_file = bench.ca_file,
		.connections = CONNECTIONS,
		.streams = UNDER_WAY,
		.timeout_ms = 15000,
	};
	struct push_sender *s = push_sender_new(&limits, on_result, NULL);
	struct push_base base = { .send = str_of(bench.url) };
	struct str credential = text_of(
	    arena_printf(&bench.arena, "%s/credential.json", dir).p);
	struct push_line *l;
	struct error err;
	size_t n = 0;

	if (push_line_open(s, push_provider(PUSH_APNS), credential, &base, &l,
		&err) < 0)
		die(EX_DATAERR, "%s %s", err.field, err.detail);
	while (goes_on() || push_sender_busy(s)) {
		while (goes_on() && push_sender_busy(s) < UNDER_WAY)
			submit(l, n++);
		push_sender_run(s, WAIT_MS);
	}
	push_sender_free(&s);
}

/* ---- bare ---- */

static size_t drop(char *p, size_t size, size_t n, void *arg)
{
	(void)p;
	(void)arg;
	return size * n;
}

static CURL *request(struct curl_slist *headers)
{
	static const char body[] =
	    "{\"aps\":{\"alert\":{\"title\":\"Ann\",\"body\":\"a message of "
	    "the usual length, as people write\"},\"sound\":\"default\","
	    "\"thread-id\":\"cc0d1e2f3a4b5c6d\",\"badge\":3},\"data\":"
	    "{\"conv_id\":\"123456789012345678\"}}";
	CURL *e = curl_easy_init();

	curl_easy_setopt(e, CURLOPT_URL,
	    arena_printf(&bench.arena, "%s/3/device/%064d", bench.url, 7).p);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(e, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(e, CURLOPT_CAINFO, bench.ca_file);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	return e;
}

static struct curl_slist *headers_of_apns(void)
{
	static const char *const lines[] = { "content-type: application/json",
		"apns-topic: example.im.app", "apns-push-type: alert",
		"apns-priority: 5", "apns-expiration: 1700000000",
		"apns-id: 123e4567-e89b-12d3-a456-426614174000",
		"apns-collapse-id: cc0d1e2f3a4b5c6d" };
	struct curl_slist *headers = curl_slist_append(NULL,
	    arena_printf(&bench.arena, "authorization: bearer %0180d", 7).p);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		headers = curl_slist_append(headers, lines[i]);
	return headers;
}

/* Returns how many it has started again. */
static int take_ends(CURLM *multi)
{
	struct CURLMsg *m;
	int left, again = 0;

	while ((m = curl_multi_info_read(multi, &left))) {
		CURL *e = m->easy_handle;
		long status = 0;

		curl_easy_getinfo(e, CURLINFO_RESPONSE_CODE, &status);
		*(m->data.result == CURLE_OK && status == 200
			? &bench.done
			: &bench.failed) += 1;
		curl_multi_remove_handle(multi, e);
		if (goes_on() && ++again)
			curl_multi_add_handle(multi, e);
	}
	return again;
}

static void run_bare(void)
{
	CURLM *multi = curl_multi_init();
	struct curl_slist *headers = headers_of_apns();
	CURL *list[UNDER_WAY];
	int running;

	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
	    (long)CONNECTIONS);
	curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 1000L);
	for (size_t i = 0; i < UNDER_WAY; i++) {
		list[i] = request(headers);
		curl_multi_add_handle(multi, list[i]);
	}
	do {
		curl_multi_perform(multi, &running);
		running += take_ends(multi);
		if (running)
			curl_multi_poll(multi, NULL, 0, WAIT_MS, NULL);
	} while (running);
	for (size_t i = 0; i < UNDER_WAY; i++)
		curl_easy_cleanup(list[i]);
	curl_multi_cleanup(multi);
	curl_slist_free_all(headers);
}

static double cpu_us(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
	struct command_line line;
	int64_t began_us;
	bool is_bare;
	double n;

	program_parse(&program, argc, argv, NULL, &line);
	if (line.n_operands != 4)
		program_usage(&program);
	crypto_init();
	signal(SIGPIPE, SIG_IGN);
	arena_init(&bench.arena);
	is_bare = str_is(str_of(line.operands[0]), "bare");
	bench.url = line.operands[1];
	bench.ca_file =
	    arena_printf(&bench.arena, "%s/ca.pem", line.operands[2]).p;
	began_us = clock_mono_us();
	bench.until_us = began_us +
			 strtoll(line.operands[3], NULL, 10) * 1000000;
	if (is_bare)
		run_bare();
	else
		run_sender(line.operands[2]);
	n = (double)(bench.done ? bench.done : 1);
	printf("how=%s done=%" PRIu64 " failed=%" PRIu64
	       " per_s=%.0f cpu_us=%.1f\n",
	    is_bare ? "bare" : "sender", bench.done, bench.failed,
	    n * 1e6 / (double)(clock_mono_us() - began_us), cpu_us() / n);
	arena_release(&bench.arena);
	return 0;
}

/*
 * search: the search index alone, with the code of im-search and of the search
 * service but without a database.
 *
 *   search DIR [MESSAGES [CONVERSATIONS]]
 *
 * Fills an index in DIR with short messages in English, German, Chinese and
 * Japanese (words and characters by Zipf's law), and then looks things up.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/ids.h"
#include "base/terms.h"
#include "base/terms_query.h"
#include "io/fts.h"
#include "io/fts_doc.h"
#include "io/fts_find.h"

#define WORDS   30000
#define CHARS   3000
#define COMMIT  500
#define LOOKUPS 400
#define PAGE    50

static uint64_t seed = 1;

static uint32_t next_random(void)
{
	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (uint32_t)(seed >> 33);
}

/* A rank from 0, the first ones most often. */
static uint32_t zipf(uint32_t n)
{
	double u = (next_random() + 1.0) / 2147483649.0;

	return (uint32_t)(pow((double)n, u) - 1) % n;
}

/* ---- texts ---- */

enum language { ENGLISH, GERMAN, CHINESE, JAPANESE };

static void put_word(struct buf *b, uint32_t rank, enum language l)
{
	static const char *const syllables[2][16] = {
		{ "the", "an", "re", "to", "in", "co", "er", "st", "on", "ing",
		    "ly", "ma", "pro", "de", "al", "is" },
		{ "der", "ge", "ver", "sch", "ein", "und", "\u00fcb", "en",
		    "lich", "ung", "be", "stra\u00df", "zu", "auf", "m\u00f6",
		    "an" },
	};
	uint32_t v = rank;

	do {
		buf_cstr(b, syllables[l][v % 16]);
		v /= 16;
	} while (v);
}

static void put_char(struct buf *b, uint32_t rank, enum language l)
{
	uint32_t c = 0x4e00 + rank * 7 % 20000;

	if (l == JAPANESE && rank % 3)
		c = 0x3042 + rank % 80;
	buf_char(b, (char)(0xe0 | c >> 12));
	buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
	buf_char(b, (char)(0x80 | (c & 0x3f)));
}

static void put_text(struct buf *b, enum language l)
{
	uint32_t n = 3 + next_random() % 12;

	if (l >= CHINESE)
		for (n *= 2; n; n--)
			put_char(b, zipf(CHARS), l);
	else
		for (; n; n--) {
			put_word(b, zipf(WORDS), l);
			buf_char(b, n % 7 ? ' ' : ',');
		}
}

/* ---- filling ---- */

static void check(int rc, const struct error *err)
{
	if (rc < 0)
		die(EX_SOFTWARE, "%s", err->detail);
}

static double cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void add(struct fts *f, struct arena *a, int64_t i, int64_t n_logs,
    int64_t *done, int64_t *bytes)
{
	int64_t log = zipf((uint32_t)n_logs);
	struct buf text, written;
	struct terms t = { 0 };
	struct fts_log l;
	struct fts_doc doc;
	struct error err;

	buf_init(&text);
	buf_init(&written);
	put_text(&text, (enum language)(next_random() % 4));
	*bytes += (int64_t)text.len;
	terms_add(a, &t, buf_view(&text));
	terms_write(&written, &t);
	check(fts_log_done(f, (log + 1) << 30, ++done[log], &l, &err), &err);
	doc = (struct fts_doc){ .log_index = done[log],
		.sender_id = INT64_C(4000000000000000) + next_random() % 5000,
		.type = 1,
		.sent_ms = INT64_C(1700000000000) + i * 100,
		.terms = buf_view(&written) };
	check(fts_put(f, l.n, 0, &doc, &err), &err);
	buf_release(&text);
	buf_release(&written);
}

static void fill(const char *path, struct fts *f, int64_t n, int64_t n_logs)
{
	int64_t *done = calloc((size_t)n_logs, sizeof(*done)), bytes = 0;
	int64_t from_us = clock_mono_us();
	double cpu = cpu_s();
	struct arena a;
	struct error err;
	struct stat st;

	if (!done)
		die(EX_OSERR, "out of memory");
	arena_init(&a);
	for (int64_t i = 0; i < n; i++) {
		if (i % COMMIT == 0)
			check(fts_begin(f, &err), &err);
		add(f, &a, i, n_logs, done, &bytes);
		if (i % COMMIT == COMMIT - 1 || i == n - 1) {
			check(fts_commit(f, &err), &err);
			arena_rewind(&a);
		}
	}
	cpu = cpu_s() - cpu;
	check(fts_checkpoint(f, &err), &err);
	if (stat(path, &st) < 0)
		die(EX_IOERR, "%s: %m", path);
	printf("messages %" PRId64
	       " text %.1f bytes index %.1f bytes a message\n",
	    n, (double)bytes / (double)n, (double)st.st_size / (double)n);
	printf("added %.0f a second, %.1f us of CPU each\n",
	    (double)n * 1e6 / (double)(clock_mono_us() - from_us),
	    cpu * 1e6 / (double)n);
	arena_release(&a);
	free(done);
}

/* ---- looking up ---- */

static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static int by_value(const void *x, const void *y)
{
	return (int)(*(const int64_t *)x > *(const int64_t *)y) -
	       (int)(*(const int64_t *)x < *(const int64_t *)y);
}

struct lookup {
	const char *name;
	void (*make)(struct buf *b);
	int64_t n_logs; /* 0: all */
};

static void common_word(struct buf *b)
{
	put_word(b, 16 + next_random() % 16, ENGLISH);
	buf_cstr(b, "\" ");
}

static void common_open(struct buf *b)
{
	put_word(b, 16 + next_random() % 16, ENGLISH);
}

static void rare_word(struct buf *b)
{
	put_word(b, 5000 + next_random() % 20000, GERMAN);
}

static void phrase(struct buf *b)
{
	put_word(b, 16 + next_random() % 60, ENGLISH);
	buf_char(b, ' ');
	put_word(b, 16 + next_random() % 60, ENGLISH);
	buf_char(b, '"');
}

static void two_words(struct buf *b)
{
	put_word(b, 16 + next_random() % 60, ENGLISH);
	buf_cstr(b, "\" \"");
	put_word(b, 100 + next_random() % 1000, ENGLISH);
	buf_char(b, '"');
}

static void two_chars(struct buf *b)
{
	put_char(b, zipf(300), CHINESE);
	put_char(b, zipf(300), CHINESE);
}

static void one_char(struct buf *b)
{
	put_char(b, zipf(300), CHINESE);
}

static void prefix(struct buf *b)
{
	struct buf word;

	buf_init(&word);
	put_word(&word, next_random() % 5000, ENGLISH);
	buf_add(b, word.p, word.len < 4 ? word.len : 4);
	buf_release(&word);
}

static void one_letter(struct buf *b)
{
	buf_char(b, "taricosp"[next_random() % 8]);
}

/* Logs that have a document each, in steps: of large and small ones. */
static size_t pick_logs(struct fts *f, int64_t n, int64_t n_logs, int64_t *out)
{
	size_t found = 0;

	for (int64_t i = 0; i < n; i++) {
		struct fts_log l;
		struct error err;

		check(fts_log(f, (i * (n_logs / n) + 1) << 30, &l, &err), &err);
		if (l.n)
			out[found++] = l.n;
	}
	return ids_sort_distinct(out, found);
}

/* As the search service does. */
static size_t look(struct fts *f, struct arena *a, const struct terms_query *q,
    const int64_t *logs, size_t n_logs)
{
	struct fts_phrase *phrases = ARENA_ARRAY(a, q->n, struct fts_phrase);
	struct fts_query query = { .phrases = phrases,
		.n_phrases = q->n,
		.logs = logs,
		.n_logs = n_logs,
		.names_logs = n_logs <= FTS_LOGS_FEW,
		.compares = true,
		.to_ms = INT64_MAX,
		.below = INT64_MAX };
	size_t hits = 0, tries = 0;
	struct fts_found found;
	struct error err;
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < q->n; i++) {
		buf_clear(&b);
		phrases[i].is_open = terms_query_write(&b, &q->phrases[i]);
		phrases[i].terms = arena_str(a, buf_view(&b));
	}
	buf_release(&b);
	for (;;) {
		check(fts_find(f, a, &query, PAGE - hits, 3000, &found, &err),
		    &err);
		hits += found.n;
		query.below = found.below;
		if (found.is_end || hits == PAGE || (tries += 1) > 6)
			return hits;
		if (found.compared)
			query.compares = false;
		else if (n_logs <= FTS_LOGS_MAX)
			query.names_logs = true;
	}
}

static void measure(struct fts *f, const struct lookup *l, int64_t n_all)
{
	int64_t us[LOOKUPS], cpu[LOOKUPS], n = l->n_logs ? l->n_logs : n_all;
	int64_t *logs = calloc((size_t)n, sizeof(*logs));
	size_t n_logs, hits = 0;
	struct arena a;

	if (!logs)
		die(EX_OSERR, "out of memory");
	n_logs = pick_logs(f, n, n_all, logs);
	arena_init(&a);
	for (int i = 0; i < LOOKUPS; i++) {
		struct terms_query q;
		struct buf b;
		int64_t from_us, from_cpu;

		buf_init(&b);
		buf_char(&b, l->make == phrase || l->make == two_words ||
				     l->make == common_word
				 ? '"'
				 : ' ');
		l->make(&b);
		from_us = clock_mono_us();
		from_cpu = cpu_us();
		terms_query_read(&a, buf_view(&b), &q);
		hits += look(f, &a, &q, logs, n_logs);
		us[i] = clock_mono_us() - from_us;
		cpu[i] = cpu_us() - from_cpu;
		buf_release(&b);
		arena_rewind(&a);
	}
	qsort(us, LOOKUPS, sizeof(*us), by_value);
	qsort(cpu, LOOKUPS, sizeof(*cpu), by_value);
	printf("%-24s %6zu logs  p50 %7.3f p99 %7.3f ms  CPU p50 %7.3f "
	       "p99 %7.3f ms  %.1f hits\n",
	    l->name, n_logs, (double)us[LOOKUPS / 2] / 1000,
	    (double)us[LOOKUPS * 99 / 100] / 1000,
	    (double)cpu[LOOKUPS / 2] / 1000,
	    (double)cpu[LOOKUPS * 99 / 100] / 1000, (double)hits / LOOKUPS);
	arena_release(&a);
	free(logs);
}

int main(int argc, char **argv)
{
	static const struct lookup lookups[] = {
		{ "common word", common_word, 0 },
		{ "common word, open", common_open, 0 },
		{ "rare word", rare_word, 0 },
		{ "phrase", phrase, 0 },
		{ "common and other word", two_words, 0 },
		{ "two characters", two_chars, 0 },
		{ "one character", one_char, 0 },
		{ "beginning, 4 letters", prefix, 0 },
		{ "beginning, 1 letter", one_letter, 0 },
		{ "common word", common_word, 2000 },
		{ "rare word", rare_word, 2000 },
		{ "two characters", two_chars, 2000 },
		{ "common word", common_word, 50 },
		{ "rare word", rare_word, 50 },
		{ "two characters", two_chars, 1 },
	};
	int64_t n = 1000000, n_logs = 20000, last;
	char path[512];
	struct fts *f;
	struct error err;

	if (argc < 2 || argc > 4 ||
	    (argc > 2 && !str_to_int(str_of(argv[2]), &n)) ||
	    (argc > 3 && !str_to_int(str_of(argv[3]), &n_logs)) || n < 1 ||
	    n_logs < 2000)
		die(EX_USAGE, "search DIR [MESSAGES [CONVERSATIONS]]");
	crypto_init();
	snprintf(path, sizeof(path), "%s/search-bench.db", argv[1]);
	check(fts_open(path, true, &f, &err), &err);
	check(fts_claim(f, 1, &err), &err);
	check(fts_get(f, FTS_NEXT_ID, &last, &err), &err);
	if (last < n)
		fill(path, f, n, n_logs);
	fts_close(&f);
	check(fts_open(path, false, &f, &err), &err);
	for (size_t i = 0; i < sizeof(lookups) / sizeof(lookups[0]); i++)
		measure(f, &lookups[i], n_logs);
	fts_close(&f);
	return EX_OK;
}

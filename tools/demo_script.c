/* The messages of one conversation: senders, times and texts. */
#include "demo.h"

#include <stdlib.h>

#include "base/order.h"

#define MINUTE_MS        INT64_C(60000)
#define HOUR_MS          (60 * MINUTE_MS)
#define DAY_MS           (24 * HOUR_MS)
#define MEMBERS_SEEN_MAX 32

struct pick {
	struct demo_thread *thread;
	int64_t start_ms;
};

struct writer {
	struct arena *a;
	const struct demo_conv *conv;
	struct demo_thread *threads;
	size_t n_threads;
	int *used; /* by thread, in this conversation */
	struct demo_random *random;
	struct demo_script *out;
	size_t cap;
	int members[MEMBERS_SEEN_MAX];
	int n_members;
	int late; /* index into demo_people; -1: none */
	bool is_late_in;
	bool is_unread; /* in the part that the viewer missed */
	int64_t at_ms;
};

/* ---- choosing ---- */

static struct str any_word(struct demo_random *r, const char *words)
{
	struct str rest = str_of(words), word = STR_NONE;
	uint32_t n = 1;

	for (size_t i = 0; i < rest.len; i++)
		n += rest.p[i] == ' ';
	n = demo_random(r, n);
	for (uint32_t i = 0; i <= n; i++)
		word = str_cut(&rest, ' ');
	return word;
}

static bool has_word(const char *words, struct str word)
{
	struct str rest = str_of(words);

	while (rest.p)
		if (str_eq(str_cut(&rest, ' '), word))
			return true;
	return false;
}

/* The members who may speak in this language now, in random order. */
static int speakers_of(struct writer *w, struct str lang, int *out)
{
	int n = 0;

	for (int i = 0; i < w->n_members; i++) {
		int who = w->members[i], place;

		if ((who == w->late && !w->is_late_in) ||
		    (who == DEMO_VIEWER && w->is_unread) ||
		    (w->conv->kind == CONV_CHANNEL && i > 0) ||
		    !has_word(demo_people[who].langs, lang))
			continue;
		place = (int)demo_random(w->random, (uint32_t)n + 1);
		out[n++] = out[place];
		out[place] = who;
	}
	return n;
}

/* Moves the cast of a thread to the front; false if one may not speak. */
static bool arrange(const struct demo_thread *t, int *speakers, int n)
{
	for (int i = 0; i < t->n_cast; i++) {
		int at = i;

		while (at < n && speakers[at] != t->cast[i])
			at++;
		if (at >= n)
			return false;
		speakers[at] = speakers[i];
		speakers[i] = t->cast[i];
	}
	return t->n_speakers <= n;
}

/* Of the threads that fit, the one used least; NULL if none fits. */
static struct demo_thread *choose(struct writer *w, struct str topic)
{
	struct str lang = any_word(w->random, w->conv->langs);
	struct demo_thread *best = NULL;
	int speakers[MEMBERS_SEEN_MAX], least = 0;
	int n = speakers_of(w, lang, speakers);
	uint32_t equals = 0;

	for (size_t i = 0; i < w->n_threads; i++) {
		struct demo_thread *t = &w->threads[i];
		int heard = 100 * w->used[i] + t->used;

		if (!str_eq(t->topic, topic) || !str_eq(t->lang, lang) ||
		    !arrange(t, speakers, n) || (best && heard > least))
			continue;
		if (!best || heard < least)
			equals = 0;
		if (demo_random(w->random, ++equals) == 0)
			best = t;
		least = heard;
	}
	if (best) {
		best->used++;
		w->used[best - w->threads]++;
	}
	return best;
}

/* ---- writing ---- */

static struct demo_message *say(struct writer *w, int who, struct str line,
    uint64_t seed, const int *speakers, int n_speakers)
{
	struct demo_message *m;

	BUG_ON(w->out->n == w->cap);
	m = &w->out->messages[w->out->n++];
	m->sender = who;
	m->at_ms = w->at_ms;
	m->reply = -1;
	demo_fill(w->a, line, seed, speakers, n_speakers, &m->t);
	return m;
}

/* Sometimes adds a closing line. */
static void acknowledge(struct writer *w, struct str lang, int last)
{
	int speakers[MEMBERS_SEEN_MAX], n = speakers_of(w, lang, speakers);
	struct demo_line line = {
		.text = arena_printf(w->a, "{ack.%.*s}", STR_ARG(lang)),
	};

	if (w->is_unread || demo_random(w->random, 3) > 0)
		return;
	for (int i = 0; i < n; i++) {
		if (speakers[i] == last)
			continue;
		w->at_ms += demo_pause_ms(w->random, &line);
		say(w, speakers[i], line.text,
		    demo_random(w->random, UINT32_MAX), NULL, 0);
		return;
	}
}

static void perform(struct writer *w, const struct demo_thread *t)
{
	int speakers[MEMBERS_SEEN_MAX];
	int n = speakers_of(w, t->lang, speakers);
	uint64_t seed = demo_random(w->random, UINT32_MAX);
	size_t first = w->out->n;

	BUG_ON(!arrange(t, speakers, n));
	for (size_t i = 0; i < t->n_lines; i++) {
		const struct demo_line *line = &t->lines[i];
		struct demo_message *m;

		if (i > 0)
			w->at_ms += demo_pause_ms(w->random, line);
		m = say(w, speakers[line->who], line->text, seed, speakers, n);
		if (line->reply > 0)
			m->reply = (ptrdiff_t)(first + i) - line->reply;
	}
	acknowledge(w, t->lang, speakers[t->lines[t->n_lines - 1].who]);
}

/* ---- the script ---- */

static void read_members(struct writer *w)
{
	struct str rest = str_of(w->conv->members);

	while (rest.p) {
		int who = demo_person_find(str_cut(&rest, ' '));

		BUG_ON(who < 0 || w->n_members == MEMBERS_SEEN_MAX);
		w->members[w->n_members++] = who;
	}
	w->late = -1;
	if (w->conv->late) {
		w->late = demo_person_find(str_of(w->conv->late));
		BUG_ON(w->late < 0);
	}
}

static int by_start(const void *x, const void *y)
{
	const struct pick *a = x, *b = y;

	return order_i64(a->start_ms, b->start_ms);
}

static size_t choose_all(struct writer *w, int64_t from_ms, int64_t to_ms,
    struct pick *picks)
{
	int lines = 0;
	size_t n = 0;

	for (int tries = 0; lines < w->conv->messages; tries++) {
		struct str topic = any_word(w->random, w->conv->topics);
		struct demo_thread *t = choose(w, topic);

		BUG_ON(tries > 50 * w->conv->messages);
		if (!t)
			continue;
		picks[n++] = (struct pick){
			.thread = t,
			.start_ms = demo_moment(w->random, topic, from_ms,
			    to_ms),
		};
		lines += (int)t->n_lines;
	}
	qsort(picks, n, sizeof(*picks), by_start);
	return n;
}

/* Shifts the messages from `first` on, so that the last is at end_ms. */
static void end_at(struct demo_script *s, size_t first, int64_t end_ms)
{
	int64_t least = first > 0 ? s->messages[first - 1].at_ms + MINUTE_MS
				  : 0;
	int64_t by = end_ms - s->messages[s->n - 1].at_ms;

	for (size_t i = first; i < s->n; i++) {
		struct demo_message *m = &s->messages[i];

		m->at_ms += by;
		if (m->at_ms < least)
			m->at_ms = least;
		if (m->at_ms > end_ms)
			m->at_ms = end_ms;
	}
}

static void miss(struct writer *w)
{
	struct str topic = str_of(w->conv->unread_topic);
	int left = w->conv->unread;

	w->is_unread = true;
	for (int tries = 0; left > 0; tries++) {
		struct demo_thread *t = choose(w, topic);

		BUG_ON(tries > 1000);
		if (!t)
			continue;
		perform(w, t);
		w->at_ms += MINUTE_MS +
			    demo_random(w->random, (uint32_t)(10 * MINUTE_MS));
		left--;
	}
}

void demo_script(struct arena *a, const struct demo_conv *c,
    struct demo_thread *threads, size_t n_threads, int64_t now_ms,
    struct demo_script *out)
{
	int64_t end_ms = now_ms - c->last_min * MINUTE_MS;
	struct demo_random random = demo_random_from(str_of(c->key));
	struct writer w = {
		.a = a,
		.conv = c,
		.threads = threads,
		.n_threads = n_threads,
		.used = ARENA_ARRAY(a, n_threads, int),
		.random = &random,
		.out = out,
		.cap = 2 * (size_t)c->messages + 200,
	};
	struct pick *picks = ARENA_ARRAY(a, (size_t)c->messages, struct pick);
	size_t n, last = 0;

	*out = (struct demo_script){
		.messages = ARENA_ARRAY(a, w.cap, struct demo_message),
	};
	read_members(&w);
	n = choose_all(&w, now_ms - c->days * DAY_MS, end_ms - 6 * HOUR_MS,
	    picks);
	w.at_ms = 0;
	for (size_t i = 0; i < n; i++) {
		if (!w.is_late_in && i >= n / 4) {
			w.is_late_in = true;
			out->late_at = out->n;
		}
		last = out->n;
		w.at_ms += 2 * MINUTE_MS +
			   demo_random(w.random, (uint32_t)(12 * MINUTE_MS));
		if (w.at_ms < picks[i].start_ms)
			w.at_ms = picks[i].start_ms;
		perform(&w, picks[i].thread);
	}
	out->unread_from = out->n;
	if (c->unread_topic) {
		last = out->n;
		miss(&w);
	} else {
		out->unread_from = SIZE_MAX;
	}
	end_at(out, last, end_ms);
}

/*
 * The texts.  The tables contain threads:
 *
 *   "# topic language"      begins one; names of people behind it say who
 *                           the first speakers are
 *   "0 text"                speaker 0 says
 *   "1<2 text"              speaker 1 answers the line two lines before
 *   "1~ text"               speaker 1, hours later
 *
 * and slots in the text: {word} is one of demo_words.def, the same one
 * throughout a thread; {word2} another one; {@1} and {@alice} mention
 * somebody, speaker 1 or that person.
 */
#include "demo.h"

#include <string.h>

#include "base/buf.h"

#define FILL_DEPTH 4

static const char *const talk[] = {
#include "demo_talk_en.def"
#include "demo_talk_europe.def"
#include "demo_talk_world.def"
};
static const size_t n_talk = sizeof(talk) / sizeof(talk[0]);

static const struct {
	const char *name, *words;
} slots[] = {
#define W(name, words) { name, words },
#include "demo_words.def"
#undef W
};

/* ---- random ---- */

/* FNV-1a. */
static uint64_t hash(uint64_t h, struct str s)
{
	h ^= UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
	return h;
}

struct demo_random demo_random_from(struct str seed)
{
	return (struct demo_random){ hash(0, seed) | 1 };
}

uint32_t demo_random(struct demo_random *r, uint32_t below)
{
	uint64_t x = r->state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	r->state = x;
	x = (x * UINT64_C(0x2545F4914F6CDD1D)) >> 32;
	return (uint32_t)((x * below) >> 32);
}

/* ---- threads ---- */

static struct demo_line line_of(const char *text)
{
	struct str s = str_of(text);
	struct demo_line line = { .who = s.p[0] - '0' };
	size_t at = 1;

	BUG_ON(s.len < 3 || line.who < 0 || line.who > 9);
	for (; s.p[at] != ' '; at++) {
		if (s.p[at] == '~')
			line.pause = true;
		else if (s.p[at] != '<')
			line.reply = s.p[at] - '0';
	}
	line.text = (struct str){ s.p + at + 1, s.len - at - 1 };
	return line;
}

static void begin(struct demo_thread *t, struct str head)
{
	t->topic = str_cut(&head, ' ');
	t->lang = str_cut(&head, ' ');
	while (head.p) {
		int who = demo_person_find(str_cut(&head, ' '));

		BUG_ON(who < 0 || t->n_cast == DEMO_CAST_MAX);
		t->cast[t->n_cast++] = who;
	}
}

size_t demo_threads(struct arena *a, struct demo_thread **out)
{
	struct demo_thread *threads = ARENA_ARRAY(a, n_talk,
	    struct demo_thread);
	struct demo_thread *t = NULL;
	size_t n = 0;

	for (size_t i = 0; i < n_talk; i++) {
		if (talk[i][0] == '#') {
			t = &threads[n++];
			begin(t, str_of(talk[i] + 2));
			t->lines = ARENA_ARRAY(a, n_talk - i, struct demo_line);
			continue;
		}
		BUG_ON(!t);
		t->lines[t->n_lines] = line_of(talk[i]);
		if (t->lines[t->n_lines].who >= t->n_speakers)
			t->n_speakers = t->lines[t->n_lines].who + 1;
		t->n_lines++;
	}
	*out = threads;
	return n;
}

/* ---- slots ---- */

/* The nth of "a|b|c", modulo their number. */
static struct str pick(struct str words, uint64_t nth)
{
	struct str rest = words, word = STR_NONE;
	uint64_t n = 1;

	for (size_t i = 0; i < words.len; i++)
		n += words.p[i] == '|';
	for (nth %= n, n = 0; n <= nth; n++)
		word = str_cut(&rest, '|');
	return word;
}

/* {word} and {word2} are different words of the same list. */
static struct str word_for(struct str slot, uint64_t seed)
{
	uint64_t nth = 0;

	while (slot.len > 0 && slot.p[slot.len - 1] >= '0' &&
	       slot.p[slot.len - 1] <= '9')
		nth = (uint64_t)(slot.p[--slot.len] - '1');
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (str_is(slot, slots[i].name))
			return pick(str_of(slots[i].words),
			    (hash(seed, slot) >> 17) + nth);
	BUG("no words for {%.*s}", STR_ARG(slot));
}

static void mention(struct buf *b, struct str who, const int *speakers,
    int n_speakers, struct demo_text *out)
{
	int person = who.len == 1 ? who.p[0] - '0' : demo_person_find(who);

	BUG_ON(person < 0 || (who.len == 1 && person >= n_speakers));
	if (who.len == 1)
		person = speakers[person];
	buf_printf(b, "@%s", demo_people[person].first);
	BUG_ON(out->n_mentions == DEMO_MENTIONS_MAX);
	out->mentions[out->n_mentions++] = person;
}

static void fill(struct buf *b, struct str text, uint64_t seed,
    const int *speakers, int n_speakers, struct demo_text *out, int depth)
{
	BUG_ON(depth > FILL_DEPTH);
	while (text.p) {
		struct str slot;

		buf_str(b, str_cut(&text, '{'));
		if (!text.p)
			break;
		slot = str_cut(&text, '}');
		if (slot.p[0] == '@')
			mention(b, (struct str){ slot.p + 1, slot.len - 1 },
			    speakers, n_speakers, out);
		else
			fill(b, word_for(slot, seed), hash(seed, slot),
			    speakers, n_speakers, out, depth + 1);
	}
}

void demo_fill(struct arena *a, struct str line, uint64_t seed,
    const int *speakers, int n_speakers, struct demo_text *out)
{
	struct buf b;

	*out = (struct demo_text){ .n_mentions = 0 };
	buf_init(&b);
	fill(&b, line, seed, speakers, n_speakers, out, 0);
	out->text = arena_str(a, buf_view(&b));
	buf_release(&b);
}

#include "job/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define BAR_MAX   40
#define WIDTH_DEF 80
#define LEFT_MAX  (999 * INT64_C(3600))

bool progress_is_bar(void)
{
	return isatty(STDERR_FILENO) && !log_is_on(LOG_DEBUG);
}

void progress_begin(struct progress *p, const char *job, const char *what)
{
	*p = (struct progress){
		.job = job,
		.what = what,
		.began_ms = clock_mono_ms(),
		.is_bar = progress_is_bar(),
	};
	p->told_ms = p->began_ms;
}

/* "1h02m", "3m05s", "7s". */
static void duration(char dst[24], int64_t s)
{
	if (s >= 3600)
		snprintf(dst, 24, "%" PRId64 "h%02dm", s / 3600,
		    (int)(s / 60 % 60));
	else if (s >= 60)
		snprintf(dst, 24, "%dm%02ds", (int)(s / 60), (int)(s % 60));
	else
		snprintf(dst, 24, "%ds", (int)s);
}

/* What is left takes as long as what is done. */
static int64_t left_s(int64_t done, int64_t total, int64_t ms)
{
	double left = (double)ms * (double)(total - done) / (double)done;

	return left > LEFT_MAX * 1e3 ? LEFT_MAX : (int64_t)(left / 1000);
}

void progress_text(char dst[PROGRESS_TEXT_MAX], const struct progress *p,
    int64_t done, int64_t total, int64_t ms, int width)
{
	char bar[BAR_MAX + 1] = "", time[24];
	int cells = width - 1 - (int)strlen(p->job) - (int)strlen(p->what) - 24;
	int percent, full;

	if (total <= 0) {
		duration(time, ms / 1000);
		snprintf(dst, PROGRESS_TEXT_MAX, "%s: %" PRId64 " %s, %s",
		    p->job, done, p->what, time);
		return;
	}
	done = done < 0 ? 0 : done > total ? total : done;
	percent = (int)((double)done / (double)total * 100);
	cells = cells > BAR_MAX ? BAR_MAX : cells < 1 ? 0 : cells;
	full = cells * percent / 100;
	memset(bar, '.', (size_t)cells);
	memset(bar, '#', (size_t)full);
	duration(time, done ? left_s(done, total, ms) : 0);
	snprintf(dst, PROGRESS_TEXT_MAX, "%s %s [%s] %3d%%%s%s%s", p->job,
	    p->what, bar, percent, done && done < total ? " " : "",
	    done && done < total ? time : "",
	    done && done < total ? " left" : "");
}

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return WIDTH_DEF;
	return size.ws_col;
}

static void wipe(void)
{
	(void)!write(STDERR_FILENO, "\r\033[K", 4);
}

/* The cursor goes back to the first column: a line that somebody prints now
 * stands there, and not behind the bar. */
static void draw(struct progress *p, int64_t done, int64_t total, int64_t ms)
{
	char text[PROGRESS_TEXT_MAX], line[PROGRESS_TEXT_MAX + 8];
	int width = terminal_width(), n;

	progress_text(text, p, done, total, ms, width);
	n = snprintf(line, sizeof(line), "\r%.*s\033[K\r", width - 1, text);
	(void)!write(STDERR_FILENO, line, (size_t)n);
	p->drawn = true;
}

static void tell(const struct progress *p, int64_t done, int64_t total)
{
	char percent[32] = "";

	if (total > 0)
		snprintf(percent, sizeof(percent), " percent=%d",
		    (int)((double)done / (double)total * 100));
	log_info("progress", "job=%s what=%s done=%" PRId64 "%s", p->job,
	    p->what, done, percent);
}

void progress_set(struct progress *p, int64_t done, int64_t total)
{
	int64_t now = clock_mono_ms();

	if (now - p->told_ms <
	    (p->is_bar ? PROGRESS_DRAW_MS : PROGRESS_LINE_MS))
		return;
	p->told_ms = now;
	if (p->is_bar)
		draw(p, done, total, now - p->began_ms);
	else
		tell(p, done, total);
}

void progress_hide(struct progress *p)
{
	if (p->drawn)
		wipe();
	p->drawn = false;
}

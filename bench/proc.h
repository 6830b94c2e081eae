/*
 * proc: CPU time and memory of the processes of a stack, by service.
 *
 * root is the id of the stack's runsvdir.  Unknown root: the program exits.
 */
#ifndef BENCH_PROC_H
#define BENCH_PROC_H

#include <stdint.h>

/* "cpu WHEN SERVICE US" for each, preceded by "machine WHEN US BUSY_US". */
void proc_cpu(int root, const char *when);
/* "pss SERVICE KIB" for each, and their sums. */
void proc_memory(int root);
/* In bytes. */
int64_t proc_rss(int root, const char *service);

#endif

/*
 * fts_peers: which parts of the search index (fts_file.h) other hosts have, by
 * [search] peers.
 */
#ifndef IO_FTS_PEERS_H
#define IO_FTS_PEERS_H

#include <stdbool.h>

#include "base/str.h"

/* The address of the web server of the host that has the part; STR_NONE: this
 * host has it. */
struct str fts_peers_of(int part);
bool fts_peers_is_here(int part);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why the service could not start, for the frontend that had the bus start it: the bus itself tells no more than an exit
 * status. A small file in the session's runtime folder, written and removed by the daemon. Any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longer reasons are cut. */
#define PORCH_BUS_MAX_REASON 2000

void porch_bus_reason_write (const char *words);
void porch_bus_reason_clear (void);

/**
 * porch_bus_reason_read:
 * @since: Unix time in seconds; what was written before is about another start
 *
 * Returns: (transfer full) (nullable): the words; valid UTF-8, but not yet fit to be shown (porch_display_name())
 */
char *porch_bus_reason_read (gint64 since);

G_END_DECLS

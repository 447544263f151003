/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The networks that this computer was ever on and what the user said of each; backed by the store. Rules only, the clock is passed
 * in (unix s). Main thread. Owned by PorchNetworks. */
#pragma once

#include "discovery/porch-networks.h"

G_BEGIN_DECLS

#define PORCH_MAX_NETWORKS 256 /* remembered */

typedef struct _PorchNetworkBook PorchNetworkBook;

PorchNetworkBook *porch_network_book_new (PorchStore *store, PorchVisibility mode, GError **error);
void              porch_network_book_free (PorchNetworkBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchNetworkBook, porch_network_book_free)

/* We are on it now: remembers it, and decides if this is the first start. */
void            porch_network_book_seen (PorchNetworkBook *self, const char *id, const char *name, gint64 now);
gboolean        porch_network_book_is_visible (PorchNetworkBook *self, const char *id, gint64 now);
/* Stored when it returns TRUE. @until 0: for good. */
gboolean        porch_network_book_set (PorchNetworkBook *self, const char *id, PorchVisibility visibility, gint64 until,
                                        GError **error);
/* Before anything was seen: if this is the first start ever (and the mode AUTO) it does not begin, nothing is visible and nothing
 * remembered until porch_network_book_begin(). FALSE: it is not, and nothing is held. */
gboolean        porch_network_book_hold (PorchNetworkBook *self);
/* What was chosen: when it is VISIBLE for good the first start begins now, otherwise it is over. */
gboolean        porch_network_book_begin (PorchNetworkBook *self, PorchVisibility visibility, gint64 until, GError **error);
gboolean        porch_network_book_set_always (PorchNetworkBook *self, gboolean always, GError **error);
gboolean        porch_network_book_get_always (PorchNetworkBook *self);
gint64          porch_network_book_get_until (PorchNetworkBook *self, const char *id, gint64 now); /* 0: not limited */
/* Nobody has said anything of it yet, so it is hidden. */
gboolean        porch_network_book_is_unasked (PorchNetworkBook *self, const char *id);
/* May a network whose id is not known yet be shown ourselves on? */
gboolean        porch_network_book_is_open (PorchNetworkBook *self, gint64 now);

G_END_DECLS

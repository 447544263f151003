/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the notice strip says: the one thing that a person should know now, found in what the background service says. A plain
 * value; no widget. */
#pragma once

#include "porch-bus.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  const char *icon;   /* of the theme */
  char *text;         /* a sentence */
  char *key;          /* (nullable) can be taken away: what porch_ui_news_find() is given as dismissed then */
  const char *button; /* with a mnemonic */
  const char *action; /* of the window; "" for nothing but taking it away */
  char *target;       /* (nullable) string for the action */
} PorchUiNews;

/* (nullable) (transfer full): nothing to say. @shares: of PorchBusShare. @peers: of PorchBusPeer. @dismissed: (nullable) keys
 * of what was taken away. No network comes first, then a network where nobody knows yet that we are here, shared folders that
 * can't be opened, what the service warns of, and that somebody else bears our name. */
PorchUiNews *porch_ui_news_find (PorchBusDaemon *daemon, GListModel *shares, GListModel *peers, GHashTable *dismissed);
void porch_ui_news_free (PorchUiNews *news);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchUiNews, porch_ui_news_free)

G_END_DECLS

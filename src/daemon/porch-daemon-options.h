/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of porchd. */
#pragma once

#include "porch-engine.h"

G_BEGIN_DECLS

typedef struct
{
  char *name;   /* (nullable) */
  guint16 port; /* as in PorchEngineOptions */
  PorchDiscoveryMode discovery;
  PorchVisibility visibility;
  gboolean version;
  gboolean new_identity;
  gboolean loopback;
  gboolean hold;
} PorchDaemonOptions;

gboolean porch_daemon_options_parse (PorchDaemonOptions *options, int *argc, char ***argv, GError **error);
void porch_daemon_options_clear (PorchDaemonOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PorchDaemonOptions, porch_daemon_options_clear)

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PEER:SHARE/PATH as people type it. Pure functions. Names of devices and shares hold neither ":" nor "/", so the first of each ends
 * them; the path may hold both. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *peer;
  char *share; /* NULL: none was named */
  char *path;  /* relative, "" is the top; no "/" at its ends */
} PorchCliPlace;

/* FALSE with a usage error that names @text. */
gboolean porch_cli_place_parse (const char *text, PorchCliPlace *place, GError **error);
void     porch_cli_place_clear (PorchCliPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PorchCliPlace, porch_cli_place_clear)

G_END_DECLS

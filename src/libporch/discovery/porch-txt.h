/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TXT record of an announcement, both ways (docs/PROTOCOL.md). Pure functions: what comes in is a stranger's. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  int   version;
  char *id16;    /* 32 lower-case hex digits */
  char *name;    /* valid UTF-8, not checked further; "" when there is none */
  char *chassis; /* (nullable) */
} PorchTxt;

void porch_txt_free (PorchTxt *txt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchTxt, porch_txt_free)

/* @entries: "key=value", the first of equal keys counts, unknown ones are ignored. NULL: not an announcement of Porch, or over the
 * limits. */
PorchTxt *porch_txt_parse (const char *const *entries);
char    **porch_txt_make (const char *id16, const char *name, const char *chassis);
/* From D-Bus (aay); entries with a NUL are left out. */
char    **porch_txt_from_variant (GVariant *entries);
GVariant *porch_txt_to_variant (const char *const *entries); /* floating */

G_END_DECLS

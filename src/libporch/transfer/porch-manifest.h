/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manifest of what is handed over: the rows of the chosen files and folders, written down once as a snapshot, and what they
 * add up to. Blocking; any thread but the main one. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 files, bytes;
  GPtrArray *names; /* the first tops, for the offer */
  char *digest;
} PorchPrepared;
void porch_prepared_free (PorchPrepared *prepared);

/* @name, escaped for display, is not among them. */
typedef void (*PorchManifestLeftOut) (const char *name, gpointer data);

/* Walks @locals, which are called @names on the wire, and writes their rows to @path. (transfer full): what the receiver will
 * check, checked here first; it has no name when nothing of it can be sent. */
PorchPrepared *porch_manifest_write (const char *path, const guint8 secret[32], const char *const *names,
                                     const char *const *locals, PorchManifestLeftOut left_out, gpointer data,
                                     GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchPrepared, porch_prepared_free)

G_END_DECLS

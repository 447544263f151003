/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity's files: making the pair as PEM with GnuTLS, and writing a file so that it is whole or not there. Pure functions
 * over a folder; any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A new ECDSA P-256 key as PKCS #8 and its self-signed certificate, both PEM. */
gboolean porch_key_generate (char **key, char **certificate, GError **error);
/* 32 bytes that only the holder of @key (PEM) can compute; the same for the same key. */
gboolean porch_key_derive_secret (const char *key, guint8 secret[32], GError **error);
/* Do the two belong together, and is it P-256? */
gboolean porch_key_check_pair (const char *key, const char *certificate, GError **error);
/* Temporary file, fsync, rename, fsync of the folder. */
gboolean porch_key_write_file (const char *path, const char *text, guint mode, GError **error);
/* At most 64 KiB. */
char    *porch_key_read_file (const char *path, GError **error);
/* Frees a text after wiping it. */
void     porch_key_free (char *text);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a listing (rows of docs/PROTOCOL.md) from a stream, row by row, with every limit checked, and sums its digest.
 * Blocking; belongs to one thread. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum { PORCH_ROW_FILE, PORCH_ROW_FOLDER, PORCH_ROW_REFUSED } PorchRowType;

typedef struct {
  PorchRowType type;
  const char  *name; /* below the listed path; checked unless REFUSED. Lent until the next call */
  gint64       size, mtime;
  char         version[33];
  char         code[16]; /* of a REFUSED one */
} PorchRow;

typedef struct _PorchRowReader PorchRowReader;
PorchRowReader *porch_row_reader_new (GInputStream *stream);
void            porch_row_reader_free (PorchRowReader *self);
/* FALSE at the end (no error), or with PORCH_ERROR_PROTOCOL, PORCH_ERROR_LIMIT or the stream's error. A listing that ends without
 * its last row is G_IO_ERROR_PARTIAL_INPUT. A file or folder whose name may not be written here comes as REFUSED, "name". */
gboolean        porch_row_reader_next (PorchRowReader *self, PorchRow *row, GCancellable *cancellable, GError **error);
/* Once it has ended: SHA-256 of all bytes but the last row, 64 hex digits. (transfer full) */
char           *porch_row_reader_dup_digest (PorchRowReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchRowReader, porch_row_reader_free)

/* One line, without its newline: sets @end for the last row. For the reader and its fuzzer. */
gboolean        porch_row_parse (const char *line, gsize length, PorchRow *row, char **name, gboolean *end, GError **error);

G_END_DECLS

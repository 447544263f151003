/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-manifest.h"

#include "porch-limits.h"
#include "transfer/porch-flow-stream.h"
#include "transfer/porch-offer-tree.h"
#include "transfer/porch-row-reader.h"

#include <string.h>

void
porch_prepared_free (PorchPrepared *prepared)
{
  if (prepared == NULL)
    return;
  g_ptr_array_unref (prepared->names);
  g_free (prepared->digest);
  g_free (prepared);
}

static gboolean
save_rows (GFile *file, PorchFlow *flow, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) rows = porch_flow_stream_new (flow, 0, 0);
  g_autoptr (GFileOutputStream) out
      = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, cancellable, error);

  return out != NULL
         && g_output_stream_splice (G_OUTPUT_STREAM (out), rows,
                                    G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, cancellable,
                                    error)
                >= 0;
}

static void
count_row (PorchPrepared *prepared, const PorchRow *row)
{
  if (strchr (row->name, '/') == NULL && prepared->names->len < PORCH_MAX_OFFER_NAMES)
    g_ptr_array_add (prepared->names, g_strdup (row->name));
  if (row->type != PORCH_ROW_FILE)
    return;
  prepared->files++;
  prepared->bytes += row->size;
}

/* Reads back what was written. */
static gboolean
sum_rows (GFile *file, PorchPrepared *prepared, PorchManifestLeftOut left_out, gpointer data, GCancellable *cancellable,
          GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (PorchRowReader) reader = stream ? porch_row_reader_new (G_INPUT_STREAM (stream)) : NULL;
  g_autoptr (GError) local = NULL;
  PorchRow row;

  if (reader == NULL)
    return FALSE;
  while (porch_row_reader_next (reader, &row, cancellable, &local))
    if (row.type == PORCH_ROW_REFUSED)
      left_out (row.name, data);
    else
      count_row (prepared, &row);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  prepared->digest = porch_row_reader_dup_digest (reader);
  return TRUE;
}

PorchPrepared *
porch_manifest_write (const char *path, const guint8 secret[32], const char *const *names, const char *const *locals,
                      PorchManifestLeftOut left_out, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (PorchPrepared) prepared = g_new0 (PorchPrepared, 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (PorchTree) tree = porch_offer_tree_open (secret, names, locals, error);
  g_autoptr (PorchFlow) flow = tree ? porch_tree_list (tree, "", TRUE) : NULL;

  prepared->names = g_ptr_array_new_with_free_func (g_free);
  if (flow == NULL || !save_rows (file, flow, cancellable, error)
      || !sum_rows (file, prepared, left_out, data, cancellable, error))
    return NULL;
  return g_steal_pointer (&prepared);
}

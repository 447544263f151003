/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transfer/porch-offer-tree.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-file-thread.h"
#include "share/porch-path.h"
#include "share/porch-sandbox.h"
#include "wire/porch-json.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST_CHUNK (64 * 1024)
#define MANIFEST_QUEUE (256 * 1024)

static char *
unique_name (GHashTable *taken, const char *base)
{
  char *name = g_strdup (base);

  for (guint n = 1; g_hash_table_contains (taken, name); n++)
    {
      g_free (name);
      name = porch_path_numbered (base, n);
    }
  g_hash_table_add (taken, name);
  return name;
}

static char *
check_local (const char *path, GError **error)
{
  g_autofree char *shown = porch_path_to_display (path);
  g_autofree char *real = g_path_is_absolute (path) ? realpath (path, NULL) : NULL;
  struct stat st;

  if (real == NULL || stat (real, &st) != 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("“%s” is not there, or can't be read"), shown);
  else if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” is neither a file nor a folder"), shown);
  else if (strcmp (real, "/") == 0)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The whole computer can't be sent. Choose a folder."));
  else
    return g_steal_pointer (&real);
  return NULL;
}

gboolean
porch_offer_tree_name (const char *const *paths, char ***names, char ***locals, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) wire = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) local = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; paths[i]; i++)
    {
      g_autofree char *base = g_path_get_basename (paths[i]);
      char *real = check_local (paths[i], error);

      if (real == NULL)
        return FALSE;
      g_ptr_array_add (local, real);
      if (!porch_path_check_name (base, -1, error))
        return FALSE;
      g_ptr_array_add (wire, unique_name (taken, base));
    }
  g_ptr_array_add (wire, NULL);
  g_ptr_array_add (local, NULL);
  *names = (char **) g_ptr_array_free (g_steal_pointer (&wire), FALSE);
  *locals = (char **) g_ptr_array_free (g_steal_pointer (&local), FALSE);
  return TRUE;
}

/* Many files of one folder share one descriptor. */
static PorchDir *
open_parent (GHashTable *parents, const char *folder, const char *entry, GError **error)
{
  PorchDir *dir = g_hash_table_lookup (parents, folder);
  g_autoptr (GError) local = NULL;
  g_autofree char *shown = NULL;

  if (dir != NULL)
    return dir;
  dir = porch_dir_open (folder, &local);
  if (dir != NULL)
    {
      g_hash_table_insert (parents, g_strdup (folder), dir);
      return dir;
    }
  /* What was dropped on a sandboxed Porch is its own only until the desktop's session ends. */
  if (porch_sandbox_is_portal_path (folder))
    {
      shown = porch_path_to_display (entry);
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("Porch may no longer read “%s”. Choose it again and send it once more."),
                   shown);
      return NULL;
    }
  shown = porch_path_to_display (folder);
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("“%s” can't be opened any more"), shown);
  return NULL;
}

PorchTree *
porch_offer_tree_open (const guint8 secret[32], const char *const *names, const char *const *locals, GError **error)
{
  g_autoptr (GHashTable) parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) porch_dir_unref);
  g_autoptr (PorchTree) tree = porch_tree_new_offer (secret);

  for (guint i = 0; names[i] && locals[i]; i++)
    {
      g_autofree char *folder = g_path_get_dirname (locals[i]);
      g_autofree char *entry = g_path_get_basename (locals[i]);
      PorchDir *parent = open_parent (parents, folder, entry, error);

      if (parent == NULL)
        return NULL;
      porch_tree_add_top (tree, names[i], parent, entry);
    }
  return g_steal_pointer (&tree);
}

typedef struct {
  int        fd;
  PorchFlow *flow;
} Manifest;

static void
stream_manifest (PorchDir *dir, gpointer data)
{
  Manifest *manifest = data;
  GError *error = NULL;

  for (;;)
    {
      guint8 *buffer = g_malloc (MANIFEST_CHUNK);
      gssize n = read (manifest->fd, buffer, MANIFEST_CHUNK);

      if (n > 0 && porch_flow_push (manifest->flow, g_bytes_new_take (buffer, (gsize) n)))
        continue;
      if (n < 0)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "manifest");
      if (n <= 0)
        g_free (buffer);
      break;
    }
  porch_flow_finish (manifest->flow, error);
  porch_flow_unref (manifest->flow);
  close (manifest->fd);
  g_free (manifest);
}

PorchFlow *
porch_offer_tree_stream_manifest (const char *path, GError **error)
{
  Manifest *manifest;
  PorchFlow *flow;
  GThread *thread;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("The list of what was offered is gone"));
      return NULL;
    }
  manifest = g_new0 (Manifest, 1);
  manifest->fd = fd;
  flow = porch_flow_new (MANIFEST_QUEUE);
  manifest->flow = porch_flow_ref (flow);
  thread = porch_file_thread_new ("porch-manifest", NULL, PORCH_FILE_THREAD_READ, stream_manifest, manifest);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return flow;
    }
  close (fd);
  porch_flow_unref (manifest->flow);
  g_free (manifest);
  porch_flow_unref (flow);
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("The system gives Porch no more threads"));
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "share/porch-tree-private.h"

#include "porch-error.h"
#include "share/porch-dir-private.h"
#include "share/porch-path.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <unistd.h>

static void
top_free (gpointer data)
{
  PorchTreeTop *top = data;

  porch_dir_unref (top->parent);
  g_free (top->name);
  g_free (top->entry);
  g_free (top);
}

static PorchTree *
tree_new (const guint8 secret[32])
{
  PorchTree *self = g_new0 (PorchTree, 1);

  g_atomic_ref_count_init (&self->refs);
  memcpy (self->secret, secret, sizeof self->secret);
  return self;
}

/**
 * porch_tree_new_share:
 * @dir: the shared folder
 * @secret: the device's secret for versions
 *
 * Returns: (transfer full): a tree whose top is what lies in @dir
 */
PorchTree *
porch_tree_new_share (PorchDir *dir, const guint8 secret[32])
{
  PorchTree *self = tree_new (secret);

  self->dir = porch_dir_ref (dir);
  return self;
}

/**
 * porch_tree_new_offer:
 * @secret: the device's secret for versions
 *
 * Returns: (transfer full): a tree without anything yet
 */
PorchTree *
porch_tree_new_offer (const guint8 secret[32])
{
  PorchTree *self = tree_new (secret);

  self->tops = g_ptr_array_new_with_free_func (top_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

/**
 * porch_tree_add_top:
 * @name: its name on the wire; must pass porch_path_check_name() and be new to this tree
 * @parent: the folder where it lies
 * @entry: its name there, a file or folder, never a link
 *
 * Before the tree is used.
 */
void
porch_tree_add_top (PorchTree *self, const char *name, PorchDir *parent, const char *entry)
{
  PorchTreeTop *top;

  g_return_if_fail (self->tops != NULL && !g_hash_table_contains (self->by_name, name));
  top = g_new0 (PorchTreeTop, 1);
  top->name = g_strdup (name);
  top->parent = porch_dir_ref (parent);
  top->entry = g_strdup (entry);
  g_ptr_array_add (self->tops, top);
  g_hash_table_insert (self->by_name, top->name, top);
}

/**
 * porch_tree_set_book:
 * @book: where the hashes of what was given are kept
 * @share: (nullable): the id of the share that this tree is
 *
 * Before the tree is used.
 */
void
porch_tree_set_book (PorchTree *self, PorchHashBook *book, const char *share)
{
  self->book = porch_hash_book_ref (book);
  self->share = g_strdup (share);
}

void
porch_tree_set_witness (PorchTree *self, PorchTreeWitness witness, gpointer data, GDestroyNotify free_data)
{
  self->witness = witness;
  self->witness_data = data;
  self->free_witness_data = free_data;
}

PorchTree *
porch_tree_ref (PorchTree *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_tree_unref (PorchTree *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->dir, porch_dir_unref);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->tops, g_ptr_array_unref);
  g_clear_pointer (&self->book, porch_hash_book_unref);
  g_free (self->share);
  if (self->free_witness_data != NULL)
    self->free_witness_data (self->witness_data);
  memset (self->secret, 0, sizeof self->secret);
  g_free (self);
}

PorchTreeTop *
porch_tree_find_top (PorchTree *self, const char *path)
{
  const char *slash = strchr (path, '/');
  g_autofree char *first = slash ? g_strndup (path, (gsize) (slash - path)) : g_strdup (path);

  return g_hash_table_lookup (self->by_name, first);
}

PorchDir *
porch_tree_locate (PorchTree *self, const char *path, char **local, GError **error)
{
  const char *slash = strchr (path, '/');
  PorchTreeTop *top;

  *local = NULL;
  if (*path && !porch_path_check (path, -1, error))
    return NULL;
  if (self->dir)
    {
      *local = g_strdup (path);
      return self->dir;
    }
  top = porch_tree_find_top (self, path);
  if (!top)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("Nothing of this name is offered"));
      return NULL;
    }
  *local = slash ? g_strconcat (top->entry, slash, NULL) : g_strdup (top->entry);
  return top->parent;
}

static void
allow_top (PorchTreeTop *top, PorchConfinement *walls)
{
  int fd = porch_path_check_name (top->entry, -1, NULL) ? porch_dir_resolve (porch_dir_get_fd (top->parent), top->entry, O_PATH) : -1;

  if (fd < 0)
    return;
  porch_confinement_allow (walls, fd);
  close (fd);
}

void
porch_tree_allow (PorchTree *self, PorchConfinement *walls, const char *path)
{
  PorchTreeTop *top;

  if (self->dir)
    porch_confinement_allow (walls, porch_dir_get_fd (self->dir));
  else if (*path == '\0')
    for (guint i = 0; i < self->tops->len; i++)
      allow_top (self->tops->pdata[i], walls);
  else if ((top = porch_tree_find_top (self, path)))
    allow_top (top, walls);
}

gint64
porch_tree_mtime (const struct stat *st)
{
  const gint64 second = G_GINT64_CONSTANT (1000000000);

  /* Nanoseconds in 63 bits last from 1677 to 2262; some disks claim more. */
  if (st->st_mtim.tv_sec >= G_MAXINT64 / second)
    return G_MAXINT64;
  if (st->st_mtim.tv_sec <= G_MININT64 / second)
    return G_MININT64;
  return (gint64) st->st_mtim.tv_sec * second + st->st_mtim.tv_nsec;
}

static void
put_be64 (guint8 *out, guint64 value)
{
  value = GUINT64_TO_BE (value);
  memcpy (out, &value, sizeof value);
}

/**
 * porch_tree_version:
 * @secret: the device's secret
 * @st: a file
 * @version: (out): 32 hex digits and NUL
 *
 * Another number whenever the file was written to, as far as its inode tells; to others it says nothing else.
 */
void
porch_tree_version (const guint8 secret[32], const struct stat *st, char version[33])
{
  static const char digits[] = "0123456789abcdef";
  guint8 what[48];
  guint8 mac[32];

  put_be64 (what, st->st_ino);
  put_be64 (what + 8, (guint64) st->st_size);
  put_be64 (what + 16, (guint64) st->st_mtim.tv_sec);
  put_be64 (what + 24, (guint64) st->st_ctim.tv_sec);
  put_be64 (what + 32, (guint64) st->st_mtim.tv_nsec);
  put_be64 (what + 40, (guint64) st->st_ctim.tv_nsec);
  if (gnutls_hmac_fast (GNUTLS_MAC_SHA256, secret, 32, what, sizeof what, mac) != 0)
    g_error ("HMAC-SHA256 is not available in this GnuTLS");
  for (guint i = 0; i < 16; i++)
    {
      version[2 * i] = digits[mac[i] >> 4];
      version[2 * i + 1] = digits[mac[i] & 15];
    }
  version[32] = '\0';
}

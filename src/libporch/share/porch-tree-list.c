/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of a folder, or of everything below it, as they come from the disk: nothing is sorted, counted ahead or kept. Memory is one
 * batch of rows and, for a deep listing, one small record for each level; few descriptors are open at a time. */
#include "config.h"

#include "share/porch-tree-private.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-dir-private.h"
#include "share/porch-file-thread.h"
#include "share/porch-path.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* What may wait for the network. */
#define FLOW_BYTES (256 * 1024)
/* Rows are handed over when there are so many bytes of them, or when the last ones are so old: the first must come at once. */
#define BATCH_BYTES (32 * 1024)
#define BATCH_TIME (20 * 1000)
/* Levels of a deep listing with an open descriptor; those further up are opened again when the walk returns to them. */
#define MAX_OPEN_LEVELS 8
/* How much of a name that can't be offered is shown. */
#define MAX_SHOWN 1000

typedef struct {
  PorchDirIter *iter;
  gsize         below; /* length of the folder's own path in Listing.below */
} Level;

typedef struct {
  PorchTree *tree; /* owned */
  PorchFlow *flow; /* owned */
  char      *path; /* owned; wire path of the top of this listing */
  gboolean   deep;
  gboolean   with_self; /* the first row is the listed item, under the empty name */
  guint64    max_rows;
  guint64    rows;
  gboolean   stopped; /* the reader has gone, or the limit was met */
  GString   *out;
  GString   *below; /* path of the folder that is listed now, below the top */
  gint64     handed_over;
  GArray    *levels; /* of Level */
  guint      depth;  /* segments of path */
  PorchDir  *base;   /* borrowed from the tree: where the first level lies … */
  char      *local;  /* … how it is called there, owned … */
  gsize      skip;   /* … and how many bytes of below stand for it */
} Listing;

static void
level_clear (gpointer data)
{
  porch_dir_iter_free (((Level *) data)->iter);
}

static void
listing_free (Listing *self)
{
  porch_tree_unref (self->tree);
  porch_flow_unref (self->flow);
  g_free (self->path);
  g_string_free (self->out, TRUE);
  g_string_free (self->below, TRUE);
  g_array_unref (self->levels);
  g_free (self->local);
  g_free (self);
}

static void
hand_over (Listing *self)
{
  GString *batch = self->out;

  self->handed_over = g_get_monotonic_time ();
  if (batch->len == 0)
    return;
  self->out = g_string_sized_new (BATCH_BYTES + PORCH_MAX_ROW);
  if (!porch_flow_push (self->flow, g_string_free_to_bytes (batch)))
    self->stopped = TRUE;
}

/* @text is valid UTF-8 without control characters. */
static void
append_json (GString *out, const char *text)
{
  for (; *text; text++)
    {
      gsize plain = strcspn (text, "\"\\");

      g_string_append_len (out, text, (gssize) plain);
      text += plain;
      if (!*text)
        return;
      g_string_append_c (out, '\\');
      g_string_append_c (out, *text);
    }
}

static gboolean
begin_row (Listing *self)
{
  if (self->rows >= self->max_rows)
    {
      hand_over (self);
      self->stopped = TRUE;
      porch_flow_finish (self->flow, g_error_new (PORCH_ERROR, PORCH_ERROR_LIMIT,
                                                  _ ("There are more than %llu files; share smaller folders"), (unsigned long long) self->max_rows));
      return FALSE;
    }
  g_string_append (self->out, "{\"n\":\"");
  return TRUE;
}

static void
end_row (Listing *self)
{
  self->rows++;
  if (self->out->len >= BATCH_BYTES || g_get_monotonic_time () - self->handed_over >= BATCH_TIME)
    hand_over (self);
}

/* The path of @name, which lies in the folder that is listed now, below the top of this listing. */
static void
append_below (Listing *self, GString *out, const char *name, void (*append) (GString *, const char *))
{
  if (self->below->len > 0)
    {
      append (out, self->below->str);
      g_string_append_c (out, '/');
    }
  append (out, name);
}

static void
append_display (GString *out, const char *text)
{
  g_autofree char *shown = porch_path_to_display (text);

  g_string_append (out, shown);
}

static void
put_problem (Listing *self, const char *name, const char *code)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  if (!begin_row (self))
    return;
  append_below (self, shown, name, append_display);
  if (shown->len > MAX_SHOWN)
    {
      const char *cut = g_utf8_find_prev_char (shown->str, shown->str + MAX_SHOWN);

      g_string_truncate (shown, (gsize) (cut - shown->str));
      g_string_append (shown, "…");
    }
  append_json (self->out, shown->str);
  g_string_append_printf (self->out, "\",\"t\":\"!\",\"e\":\"%s\"}\n", code);
  end_row (self);
}

static void
append_int (GString *out, gint64 value)
{
  char digits[24];
  guint64 left = value < 0 ? 0 - (guint64) value : (guint64) value;
  guint at = sizeof digits;

  do
    digits[--at] = (char) ('0' + left % 10);
  while ((left /= 10) > 0);
  if (value < 0)
    digits[--at] = '-';
  g_string_append_len (out, digits + at, (gssize) (sizeof digits - at));
}

/* FALSE: it could not be said, so nothing below it may be. */
static gboolean
put_entry (Listing *self, const char *name, gboolean is_dir, const struct stat *st)
{
  gsize start = self->out->len;
  char version[33];

  if (!begin_row (self))
    return FALSE;
  append_below (self, self->out, name, append_json);
  if (is_dir)
    g_string_append (self->out, "\",\"t\":\"d\"");
  else
    {
      g_string_append (self->out, "\",\"t\":\"f\",\"s\":");
      append_int (self->out, st->st_size);
    }
  g_string_append (self->out, ",\"m\":");
  append_int (self->out, porch_tree_mtime (st));
  if (!is_dir)
    {
      porch_tree_version (self->tree->secret, st, version);
      g_string_append (self->out, ",\"v\":\"");
      g_string_append_len (self->out, version, 32);
      g_string_append_c (self->out, '"');
    }
  g_string_append (self->out, "}\n");
  if (self->out->len - start > PORCH_MAX_ROW)
    {
      g_string_truncate (self->out, start);
      put_problem (self, name, "name");
      return FALSE;
    }
  end_row (self);
  return !self->stopped;
}

/* Whether @name in this folder still is a path that the other side may ask for. */
static gboolean
fits (Listing *self, const char *name)
{
  gsize length = strlen (name) + (self->below->len > 0 ? self->below->len + 1 : 0) + (*self->path ? strlen (self->path) + 1 : 0);
  guint depth = self->depth + self->levels->len + (self->skip > 0 ? 1 : 0);

  return length <= PORCH_MAX_PATH && depth <= PORCH_MAX_PATH_DEPTH;
}

static void
push_level (Listing *self, PorchDirIter *iter)
{
  Level level = { iter, self->below->len };

  g_array_append_val (self->levels, level);
  if (self->levels->len > MAX_OPEN_LEVELS)
    porch_dir_iter_suspend (g_array_index (self->levels, Level, self->levels->len - 1 - MAX_OPEN_LEVELS).iter);
}

static Level *
last_level (Listing *self)
{
  return self->levels->len > 0 ? &g_array_index (self->levels, Level, self->levels->len - 1) : NULL;
}

static void
descend (Listing *self, const char *name)
{
  Level *level = last_level (self);
  int fd = porch_dir_resolve (porch_dir_iter_get_fd (level->iter), name, O_RDONLY | O_DIRECTORY);

  if (fd < 0)
    {
      put_problem (self, name, "io");
      return;
    }
  if (self->below->len > 0)
    g_string_append_c (self->below, '/');
  g_string_append (self->below, name);
  push_level (self, porch_dir_iter_new_take (fd));
}

/* Back to the folder above, which may have given up its descriptor. FALSE: it is not what it was; the rest of it is left out, and
 * said so. */
static gboolean
resume_level (Listing *self, Level *level)
{
  g_autofree char *path = NULL;
  int fd;

  if (porch_dir_iter_get_fd (level->iter) >= 0)
    return TRUE;
  path = g_strconcat (self->local, *self->local && self->below->len > self->skip && self->skip == 0 ? "/" : "",
                      self->below->str + self->skip, NULL);
  fd = porch_dir_resolve (porch_dir_get_fd (self->base), path, O_RDONLY | O_DIRECTORY);
  return fd >= 0 && porch_dir_iter_resume (level->iter, fd, NULL);
}

static void
put_problem_here (Listing *self)
{
  g_autofree char *whole = g_string_free (g_steal_pointer (&self->below), FALSE);
  const char *slash = strrchr (whole, '/');

  self->below = slash ? g_string_new_len (whole, slash - whole) : g_string_new (NULL);
  put_problem (self, slash ? slash + 1 : *whole ? whole : ".", "io");
  g_string_assign (self->below, whole);
}

static void
leave_level (Listing *self)
{
  Level *level;

  g_array_set_size (self->levels, self->levels->len - 1);
  level = last_level (self);
  if (!level)
    return;
  /* The path of the folder above ends where the one that was left began. */
  g_string_truncate (self->below, level->below);
}

static void
put (Listing *self, const PorchDirEntry *entry)
{
  if (entry->refused)
    put_problem (self, entry->name, entry->reason);
  else if (!fits (self, entry->name))
    put_problem (self, entry->name, "name");
  else if (!entry->is_dir && entry->st.st_size > PORCH_MAX_FILE_SIZE)
    put_problem (self, entry->name, "too-large");
  else if (put_entry (self, entry->name, entry->is_dir, &entry->st) && entry->is_dir && self->deep)
    descend (self, entry->name);
}

/* All levels, from the last one up. FALSE only when the folder that was asked for can't be read on. */
static gboolean
walk (Listing *self, GError **error)
{
  while (self->levels->len > 0 && !self->stopped)
    {
      Level *level = last_level (self);
      PorchDirEntry entry;
      g_autoptr (GError) local = NULL;

      if (resume_level (self, level) && porch_dir_iter_next (level->iter, &entry, &local))
        {
          put (self, &entry);
          continue;
        }
      if (local || porch_dir_iter_get_fd (level->iter) < 0)
        {
          if (self->levels->len == 1 && self->skip == 0 && local)
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          put_problem_here (self);
        }
      leave_level (self);
    }
  return TRUE;
}

/* What was asked for may be a file. TRUE in @file: that was all. */
static gboolean
list_self (Listing *self, gboolean *file, GError **error)
{
  struct stat st;

  if (!porch_dir_stat (self->base, self->local, &st, error))
    return FALSE;
  *file = S_ISREG (st.st_mode) && st.st_size <= PORCH_MAX_FILE_SIZE;
  if (*file || S_ISDIR (st.st_mode))
    put_entry (self, "", S_ISDIR (st.st_mode), &st);
  return TRUE;
}

static gboolean
list_folder (Listing *self, GError **error)
{
  PorchDirIter *iter;
  gboolean file = FALSE;

  self->base = porch_tree_locate (self->tree, self->path, &self->local, error);
  if (!self->base)
    return FALSE;
  if (self->with_self && (!list_self (self, &file, error) || file))
    return file;
  iter = porch_dir_iterate (self->base, self->local, error);
  if (!iter)
    return FALSE;
  push_level (self, iter);
  return walk (self, error);
}

/* One top of an offer, as if it were an entry of a folder. */
static void
list_top (Listing *self, PorchTreeTop *top)
{
  struct stat st;
  PorchDirIter *iter;

  self->skip = 0;
  g_string_truncate (self->below, 0);
  if (!porch_dir_stat (top->parent, top->entry, &st, NULL))
    put_problem (self, top->name, "not-found");
  else if (!S_ISREG (st.st_mode) && !S_ISDIR (st.st_mode))
    put_problem (self, top->name, "io");
  else if (S_ISREG (st.st_mode) && st.st_size > PORCH_MAX_FILE_SIZE)
    put_problem (self, top->name, "too-large");
  else
    {
      if (!put_entry (self, top->name, S_ISDIR (st.st_mode), &st) || !S_ISDIR (st.st_mode) || !self->deep)
        return;
      iter = porch_dir_iterate (top->parent, top->entry, NULL);
      if (!iter)
        {
          put_problem (self, top->name, "io");
          return;
        }
      self->base = top->parent;
      g_free (self->local);
      self->local = g_strdup (top->entry);
      self->skip = strlen (top->name);
      g_string_assign (self->below, top->name);
      push_level (self, iter);
      walk (self, NULL);
    }
}

static gboolean
list_tops (Listing *self)
{
  for (guint i = 0; i < self->tree->tops->len && !self->stopped; i++)
    list_top (self, self->tree->tops->pdata[i]);
  return TRUE;
}

static void
run (gpointer data, gpointer unused)
{
  Listing *self = data;
  GError *error = NULL;
  gboolean tops = self->tree->tops && *self->path == '\0';
  gboolean whole = tops ? list_tops (self) : list_folder (self, &error);

  if (whole && !self->stopped)
    g_string_append_printf (self->out, "{\"end\":true,\"rows\":%" G_GUINT64_FORMAT "}\n", self->rows);
  if (!self->stopped)
    hand_over (self);
  porch_flow_finish (self->flow, error);
  listing_free (self);
}

static PorchFlow *
start (PorchTree *self, const char *path, gboolean deep, gboolean with_self, guint64 max_rows)
{
  PorchFlow *flow = porch_flow_new (FLOW_BYTES);
  PorchConfinement *walls = porch_confinement_new (PORCH_FILE_THREAD_READ);
  Listing *listing = g_new0 (Listing, 1);
  GThread *thread;

  listing->tree = porch_tree_ref (self);
  listing->flow = porch_flow_ref (flow);
  listing->path = g_strdup (path);
  listing->deep = deep;
  listing->with_self = with_self;
  for (const char *p = path; *p; p++)
    listing->depth += p == path || *p == '/';
  listing->max_rows = max_rows;
  listing->out = g_string_sized_new (BATCH_BYTES + PORCH_MAX_ROW);
  listing->below = g_string_new (NULL);
  listing->handed_over = g_get_monotonic_time ();
  listing->levels = g_array_new (FALSE, FALSE, sizeof (Level));
  g_array_set_clear_func (listing->levels, level_clear);
  porch_tree_allow (self, walls, path);
  thread = porch_file_thread_new_within ("porch-list", walls, run, listing, NULL);
  if (thread)
    {
      g_thread_unref (thread);
      return flow;
    }
  listing_free (listing);
  porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_BUSY, _ ("This computer has no thread left; try again later")));
  return flow;
}

PorchFlow *
porch_tree_list_limited (PorchTree *self, const char *path, gboolean deep, guint64 max_rows)
{
  return start (self, path, deep, FALSE, max_rows);
}

/**
 * porch_tree_list_self:
 * @path: a wire path, "" for the top
 *
 * As porch_tree_list() with everything below, and the first row is the item at @path itself, with the empty name: a file has only
 * that one. What a download asks for.
 *
 * Returns: (transfer full): the rows of docs/PROTOCOL.md in batches
 */
PorchFlow *
porch_tree_list_self (PorchTree *self, const char *path)
{
  return start (self, path, TRUE, TRUE, PORCH_MAX_ROWS);
}

/**
 * porch_tree_list:
 * @path: a wire path, "" for the top
 * @deep: with everything below
 *
 * On a file thread of its own. What can't be listed at all ends the flow with an error before its first row.
 *
 * Returns: (transfer full): the rows of docs/PROTOCOL.md in batches
 */
PorchFlow *
porch_tree_list (PorchTree *self, const char *path, gboolean deep)
{
  return porch_tree_list_limited (self, path, deep, PORCH_MAX_ROWS);
}

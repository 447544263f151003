/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files themselves: windows of up to 1,000 files or 64 MiB, or one large file, each asked for in one request whose answer is
 * frames. Every frame is checked: items in order, only what was asked for, blocks in sequence and of the exact length, the version;
 * the sink hashes what it writes. While the end of a small window is read the next one is already under way. */
#include "config.h"

#include "transfer/porch-download-private.h"

#include "content/porch-hash-tree.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "share/porch-want.h"
#include "wire/porch-frame.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WINDOW_BYTES (64 * G_GINT64_CONSTANT (1048576))
#define WINDOW_BODY (PORCH_MAX_JSON_BODY * 3 / 4)
#define OVERLAP_BYTES (2 * PORCH_BLOCK_SIZE)
#define OVERLAP_ITEMS (PORCH_MAX_WANT / 2)
#define MAX_GAPS 64    /* of one file, in one request */
#define MAX_RESTARTS 5 /* of one file that changes while it is fetched */
#define MAX_PASSES 8   /* over what is still missing */
#define ASK_AGAIN G_USEC_PER_SEC /* whether others take a large file too */

typedef struct {
  PorchFileRow  *row;  /* owned */
  PorchSinkFile *file; /* (nullable) owned until it is committed or dropped */
  gboolean       ended;
  gboolean       had;  /* something of it had come before */
} Entry;

typedef struct {
  Entry     *entry; /* borrowed */
  PorchWant *want;  /* owned: as it was asked */
  guint64    from, count; /* blocks */
  guint64    next;
  gboolean begun;
  gboolean last; /* of its entry */
} Item;

typedef struct {
  PorchDownload    *download;
  GPtrArray        *entries; /* of Entry */
  GArray           *items;   /* of Item */
  JsonArray        *want;
  gsize             body;  /* about how long the request gets */
  gint64            bytes; /* missing ones */
  GInputStream     *stream;
  PorchFrameReader *reader;
  gint64            asked; /* when it was asked whether others take the file too, monotonic µs */
  gboolean          left;  /* they do: the rest comes from several */
} Window;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  if (entry->file != NULL)
    porch_sink_drop (entry->file, TRUE);
  porch_file_row_free (entry->row);
  g_free (entry);
}

static void
clear_item (gpointer data)
{
  porch_want_free (((Item *) data)->want);
}

static void
window_free (Window *window)
{
  if (window == NULL)
    return;
  g_clear_pointer (&window->reader, porch_frame_reader_free);
  if (window->stream != NULL)
    g_input_stream_close (window->stream, NULL, NULL);
  g_clear_object (&window->stream);
  g_ptr_array_unref (window->entries);
  g_array_unref (window->items);
  json_array_unref (window->want);
  g_free (window);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Window, window_free)

static Window *
window_new (PorchDownload *download)
{
  Window *window = g_new0 (Window, 1);

  window->download = download;
  window->entries = g_ptr_array_new_with_free_func (entry_free);
  window->items = g_array_new (FALSE, TRUE, sizeof (Item));
  g_array_set_clear_func (window->items, clear_item);
  window->want = json_array_new ();
  return window;
}

/* Filling a window */

/* Takes @want. */
static void
add_item (Window *window, Entry *entry, PorchWant *want)
{
  Item item = { .entry = entry, .want = want, .from = want->from, .count = want->count, .next = want->from };

  json_array_add_object_element (window->want, porch_want_to_json (want));
  g_array_append_val (window->items, item);
  window->body += 2 * strlen (want->path) + 100 + want->n_have * 70;
}

static void
mark_last (Window *window)
{
  g_array_index (window->items, Item, window->items->len - 1).last = TRUE;
}

/* What lies on the disk of the blocks from @want's first on and was never noted: the other side says whether it is right. */
static void
add_found (PorchWant *want, GArray *found)
{
  for (guint i = 0; i < found->len && want->n_have < MIN (want->count, PORCH_MAX_HAVE); i++)
    {
      PorchFileBlock *block = &g_array_index (found, PorchFileBlock, i);

      if (block->block != want->from + want->n_have)
        continue;
      want->have = g_realloc (want->have, (want->n_have + 1) * sizeof block->hash);
      memcpy (want->have + want->n_have++ * sizeof block->hash, block->hash, sizeof block->hash);
    }
}

/* One item for each run of missing blocks. @found: un-noted ones that may be right. */
static void
add_gaps (Window *window, Entry *entry, GArray *blocks, GArray *found)
{
  guint64 total = porch_block_count ((guint64) entry->row->size), next = 0;
  guint first = window->items->len;

  for (guint i = 0; i <= blocks->len; i++)
    {
      guint64 block = i < blocks->len ? g_array_index (blocks, PorchFileBlock, i).block : total;

      if (window->items->len - first == MAX_GAPS - 1)
        block = total;
      if (block > next)
        {
          PorchWant *want = porch_want_new (entry->row->path, entry->row->version, next, block - next);

          add_found (want, found);
          add_item (window, entry, want);
          window->bytes += (gint64) (block - next) * PORCH_BLOCK_SIZE;
        }
      if (block == total)
        break;
      next = block + 1;
    }
  if (window->items->len > first)
    mark_last (window);
}

/* A file with a past. FALSE when the store fails. */
static gboolean
add_begun (Window *window, Entry *entry, GError **error)
{
  PorchDownload *self = window->download;
  g_autoptr (GArray) blocks = porch_file_table_blocks (self->table, entry->row->number, error);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (PorchFileBlock));
  gboolean published;
  guint before = window->items->len;

  if (blocks == NULL || !porch_download_adopt (self, entry->row, blocks, found, &published, error))
    return FALSE;
  if (published)
    {
      entry->ended = TRUE;
      porch_transfer_add_done (self->work->transfer, 0, 1);
      return TRUE;
    }
  entry->had = blocks->len > 0;
  porch_download_hold (self, entry->row, blocks);
  add_gaps (window, entry, blocks, found);
  if (window->items->len == before)
    {
      /* All its blocks are there: only its name is missing. */
      g_autofree char *parent = NULL;
      g_autofree char *name = NULL;

      entry->ended = TRUE;
      if (porch_download_locate (self, entry->row, &parent, &name))
        porch_sink_commit (porch_sink_begin (self->sink, entry->row->number, parent, name, entry->row->size, entry->row->mtime,
                                             entry->row->staging));
    }
  return TRUE;
}

static void
add_whole (Window *window, Entry *entry)
{
  PorchFileRow *row = entry->row;
  PorchWant *want = porch_want_new (row->path, row->version, 0, G_MAXUINT64);
  guint8 hash[32];

  if (porch_download_find_small (window->download, row, hash))
    {
      want->have = g_memdup2 (hash, sizeof hash);
      want->n_have = 1;
    }
  add_item (window, entry, want);
  mark_last (window);
  window->bytes += row->size;
}

static gboolean
add_entry (Window *window, PorchFileRow *row, GError **error)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->row = row;
  g_ptr_array_add (window->entries, entry);
  if (row->staging != NULL)
    return add_begun (window, entry, error);
  add_whole (window, entry);
  return TRUE;
}

static gboolean
window_is_full (Window *window, const PorchFileRow *next)
{
  if (window->items->len == 0)
    return FALSE;
  return window->items->len + MAX_GAPS > PORCH_MAX_WANT || window->bytes + next->size > WINDOW_BYTES
         || window->body + 2 * strlen (next->path) > WINDOW_BODY;
}

/* The files that come next. */
typedef struct {
  GPtrArray *rows; /* of PorchFileRow, (nullable) those that were taken */
  guint      used;
  gint64     after;
  gboolean   end;
  gint64        asked; /* the file of which was asked whether others take it, */
  gboolean      company; /* and whether they do */
  PorchFileRow *apart; /* (nullable) owned: comes next, and from several at once */
} Cursor;

static gboolean
peek_row (PorchDownload *self, Cursor *cursor, PorchFileRow **row, GError **error)
{
  *row = NULL;
  if (cursor->rows != NULL && cursor->used < cursor->rows->len)
    {
      *row = g_ptr_array_index (cursor->rows, cursor->used);
      return TRUE;
    }
  if (cursor->end)
    return TRUE;
  g_clear_pointer (&cursor->rows, g_ptr_array_unref);
  cursor->rows = porch_file_table_select (self->table, cursor->after, FALSE, 1 << PORCH_FILE_WANTED, PORCH_ROWS_AT_ONCE, error);
  if (cursor->rows == NULL)
    return FALSE;
  cursor->used = 0;
  cursor->end = cursor->rows->len < PORCH_ROWS_AT_ONCE;
  if (cursor->rows->len == 0)
    return TRUE;
  cursor->after = ((PorchFileRow *) g_ptr_array_index (cursor->rows, cursor->rows->len - 1))->number;
  g_ptr_array_set_free_func (cursor->rows, NULL);
  *row = g_ptr_array_index (cursor->rows, 0);
  return TRUE;
}

static void
cursor_clear (Cursor *cursor)
{
  for (guint i = cursor->used; cursor->rows && i < cursor->rows->len; i++)
    porch_file_row_free (g_ptr_array_index (cursor->rows, i));
  g_clear_pointer (&cursor->rows, g_ptr_array_unref);
  g_clear_pointer (&cursor->apart, porch_file_row_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cursor, cursor_clear)

static gboolean
has_company (PorchDownload *self, Cursor *cursor, const PorchFileRow *row)
{
  if (cursor->asked != row->number)
    cursor->company = porch_download_has_company (self, row);
  cursor->asked = row->number;
  return cursor->company;
}

/* (nullable) with no error: nothing is left, or a file comes that is fetched apart. */
static Window *
next_window (PorchDownload *self, Cursor *cursor, GError **error)
{
  g_autoptr (Window) window = window_new (self);
  PorchFileRow *row;

  for (;;)
    {
      if (!peek_row (self, cursor, &row, error))
        return NULL;
      if (row == NULL || window_is_full (window, row) || (window->items->len > 0 && has_company (self, cursor, row)))
        break;
      cursor->used++;
      if (has_company (self, cursor, row))
        {
          cursor->apart = row;
          break;
        }
      if (!add_entry (window, row, error))
        return NULL;
    }
  return window->items->len > 0 ? g_steal_pointer (&window) : NULL;
}

/* Where the block before it could not be written (a full disk) there is no use in this one. */
static gboolean
wait_written (gpointer data, GError **error)
{
  PorchDownload *self = data;

  porch_sink_wait_written (self->sink);
  return !porch_download_is_stopped (self, error);
}

static gboolean
open_window (Window *window, GError **error)
{
  PorchDownload *self = window->download;
  g_autoptr (JsonObject) body = porch_download_new_body (self);

  if (!porch_download_check_space (self, window->bytes, error))
    return FALSE;
  json_object_set_array_member (body, "want", json_array_ref (window->want));
  if (window->bytes <= PORCH_SMALL_ANSWER)
    json_object_set_boolean_member (body, "small", TRUE);
  window->stream = porch_source_request (self->source, "fetch", body, self->work->run, error);
  if (window->stream == NULL)
    return FALSE;
  window->reader = porch_frame_reader_new (window->stream);
  porch_frame_reader_set_hold (window->reader, wait_written, self);
  return TRUE;
}

/* Reading one */

static gboolean
set_broken (GError **error, const char *what)
{
  /* Translators: %s says what, in English; it is for bug reports */
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device sent something that was not asked for (%s)"), what);
  return FALSE;
}

/* What came of it so far goes. */
static void
discard (Window *window, Entry *entry)
{
  PorchDownload *self = window->download;
  PorchFileRow *row = entry->row;
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;

  if (entry->file == NULL && row->staging != NULL && porch_download_locate (self, row, &parent, &name))
    entry->file = porch_sink_begin (self->sink, row->number, parent, name, row->size, row->mtime, row->staging);
  if (entry->file != NULL)
    porch_sink_drop (g_steal_pointer (&entry->file), FALSE);
}

void
porch_download_restart (PorchDownload *self, PorchFileRow *row, gboolean had)
{
  guint times = GPOINTER_TO_UINT (g_hash_table_lookup (self->restarts, &row->number)) + 1;

  porch_download_unhold (self, row->number);
  g_hash_table_insert (self->restarts, g_memdup2 (&row->number, sizeof row->number), GUINT_TO_POINTER (times));
  porch_sink_drain (self->sink);
  if (times > MAX_RESTARTS)
    porch_download_give_up (self, row, _ ("It keeps changing on the other device. Download it when nobody is working on it."));
  else
    porch_file_table_note_restart (self->table, row->number, NULL);
  if (had && times == 1)
    porch_transfer_add_problem (self->work->transfer, row->path,
                                _ ("It changed on the other device meanwhile, and was downloaded again from the start."));
}

static const char *
words_for (const PorchFrame *frame)
{
  if (strcmp (frame->code, "not-found") == 0 || strcmp (frame->code, "gone") == 0)
    return _ ("It is no longer there on the other device.");
  if (strcmp (frame->code, "name") == 0)
    return _ ("Its name can't be used here. Ask for it under another name.");
  return _ ("It can't be read on the other device.");
}

static void
end_with_error (Window *window, Item *item, const PorchFrame *frame)
{
  Entry *entry = item->entry;
  gboolean had = entry->had || item->next > item->from;

  if (entry->ended)
    return;
  entry->ended = TRUE;
  if (strcmp (frame->code, "changed") == 0)
    {
      discard (window, entry);
      porch_download_restart (window->download, entry->row, had);
      return;
    }
  discard (window, entry);
  porch_download_give_up (window->download, entry->row, words_for (frame));
}

/* Of an offer never more comes than was shown when it was accepted. */
static gboolean
accept_new_size (Window *window, Entry *entry, const PorchFrame *frame)
{
  PorchDownload *self = window->download;
  gint64 grown = frame->size - entry->row->size;

  if (self->plan->offer != NULL && self->sums.bytes + grown > self->plan->bytes)
    return FALSE;
  self->sums.bytes += grown;
  porch_transfer_set_totals (self->work->transfer, self->sums.bytes, self->sums.files);
  entry->row->size = frame->size;
  entry->row->mtime = frame->mtime;
  entry->row->version = g_strdup (frame->version);
  porch_file_table_note_size (self->table, entry->row->number, frame->size, frame->mtime, frame->version);
  return TRUE;
}

static gboolean
begin_item (Window *window, Item *item, const PorchFrame *frame, GError **error)
{
  PorchDownload *self = window->download;
  Entry *entry = item->entry;
  PorchFileRow *row = entry->row;
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;
  guint64 total;

  if (item->begun)
    return set_broken (error, "file twice");
  item->begun = TRUE;
  if (entry->ended)
    return TRUE;
  if (row->version == NULL && !accept_new_size (window, entry, frame))
    {
      entry->ended = TRUE;
      porch_download_give_up (self, row, _ ("It is larger now than when it was offered. Ask for it again."));
      return TRUE;
    }
  if (strcmp (row->version, frame->version) != 0 || row->size != frame->size)
    return set_broken (error, "version");
  total = porch_block_count ((guint64) row->size);
  if (item->count == G_MAXUINT64)
    item->count = total - MIN (item->from, total);
  if (entry->file != NULL)
    return TRUE;
  if (!porch_download_locate (self, row, &parent, &name))
    {
      entry->ended = TRUE;
      porch_download_give_up (self, row, _ ("It is not inside what was asked for."));
      return TRUE;
    }
  if (!entry->had)
    porch_download_hold (self, row, NULL);
  entry->file = porch_sink_begin (self->sink, row->number, parent, name, row->size, row->mtime, row->staging);
  return TRUE;
}

static gboolean
take_block (Window *window, Item *item, PorchFrame *frame, GError **error)
{
  Entry *entry = item->entry;
  gint64 offset = (gint64) frame->block * PORCH_BLOCK_SIZE;
  GBytes *data = porch_frame_reader_steal_block (window->reader);

  if (entry->ended)
    {
      g_bytes_unref (data);
      return TRUE;
    }
  if (!item->begun || frame->block != item->next || frame->block >= item->from + item->count || offset >= entry->row->size
      || frame->length != (gsize) MIN (entry->row->size - offset, PORCH_BLOCK_SIZE))
    {
      g_bytes_unref (data);
      return set_broken (error, "block");
    }
  item->next++;
  if (entry->row->size > PORCH_BLOCK_SIZE)
    g_debug ("Block %" G_GUINT64_FORMAT " of “%s” came", frame->block, entry->row->path);
  porch_sink_write (entry->file, frame->block, frame->hash, data);
  return TRUE;
}

/* A block that was found on the disk is what it should be. */
static gboolean
take_same (Item *item, const PorchFrame *frame, GError **error)
{
  if (item->entry->ended)
    return TRUE;
  if (!item->begun || frame->block != item->next || frame->block >= item->from + item->count
      || !porch_want_holds (item->want, frame->block, frame->hash))
    return set_broken (error, "same");
  item->next++;
  porch_sink_confirm (item->entry->file, frame->block, frame->hash, frame->length);
  return TRUE;
}

static gboolean
end_item (Item *item, GError **error)
{
  Entry *entry = item->entry;

  if (entry->ended)
    return TRUE;
  if (!item->begun || item->next != item->from + item->count)
    return set_broken (error, "end");
  if (!item->last)
    return TRUE;
  entry->ended = TRUE;
  porch_sink_commit (g_steal_pointer (&entry->file));
  return TRUE;
}

/* @at: the item that is being read; it moves on. */
static gboolean
take_frame (Window *window, guint *at, PorchFrame *frame, GError **error)
{
  Item *item = *at < window->items->len ? &g_array_index (window->items, Item, *at) : NULL;

  if (item == NULL || frame->item != *at)
    return set_broken (error, "item");
  switch (frame->type)
    {
    case PORCH_FRAME_FILE:
      return begin_item (window, item, frame, error);
    case PORCH_FRAME_BLOCK:
      return take_block (window, item, frame, error);
    case PORCH_FRAME_SAME:
      return take_same (item, frame, error);
    case PORCH_FRAME_END:
      (*at)++;
      return end_item (item, error);
    case PORCH_FRAME_ERROR:
      (*at)++;
      end_with_error (window, item, frame);
      return TRUE;
    case PORCH_FRAME_LAYER:
    case PORCH_FRAME_WAIT:
    case PORCH_FRAME_DONE:
    default:
      return set_broken (error, "frame");
    }
}

static gboolean
is_nearly_read (Window *window, guint at, gint64 bytes)
{
  return window->bytes - bytes <= OVERLAP_BYTES && window->items->len - MIN (at, window->items->len) <= OVERLAP_ITEMS;
}

/* Somebody else has begun to take the large file that we alone were taking. */
static gboolean
has_company_now (Window *window, gint64 bytes)
{
  PorchFileRow *row = ((Entry *) g_ptr_array_index (window->entries, 0))->row;
  gint64 now = g_get_monotonic_time ();

  if (window->entries->len > 1 || window->bytes - bytes < PORCH_HOLDING_MIN_SIZE || !porch_source_overlaps (window->download->source)
      || now - window->asked < ASK_AGAIN)
    return FALSE;
  window->asked = now;
  return porch_download_has_company (window->download, row);
}

/* Reads @window to its end; meanwhile opens the one after it. Stops before the end when the rest is to come from several. */
static gboolean
read_window (Window *window, Cursor *cursor, Window **next, GError **error)
{
  PorchDownload *self = window->download;
  gboolean looked = !porch_source_overlaps (self->source);
  gint64 bytes = 0;
  guint at = 0;
  PorchFrame frame;

  for (;;)
    {
      if (porch_download_is_stopped (self, error) || !porch_frame_reader_next (window->reader, &frame, self->work->run, error))
        return FALSE;
      porch_transfer_set_turn (self->work->transfer, frame.type == PORCH_FRAME_WAIT ? frame.position : 0);
      if (frame.type == PORCH_FRAME_WAIT)
        continue;
      if (frame.type == PORCH_FRAME_DONE)
        return at == window->items->len || set_broken (error, "done");
      if (frame.type == PORCH_FRAME_BLOCK || frame.type == PORCH_FRAME_SAME)
        bytes += (gint64) frame.length;
      if (!take_frame (window, &at, &frame, error))
        return FALSE;
      window->left = frame.type == PORCH_FRAME_BLOCK && !looked && has_company_now (window, bytes);
      if (window->left)
        return TRUE;
      if (looked || !is_nearly_read (window, at, bytes))
        continue;
      looked = TRUE;
      *next = next_window (self, cursor, error);
      if (*next == NULL ? *error != NULL : !open_window (*next, error))
        return FALSE;
    }
}

/* The file of @window as the table knows it by now. */
static gboolean
set_apart (PorchDownload *self, Window *window, Cursor *cursor, GError **error)
{
  gint64 number = ((Entry *) g_ptr_array_index (window->entries, 0))->row->number;
  g_autoptr (GPtrArray) rows = NULL;

  window_free (window);
  porch_sink_drain (self->sink);
  if (porch_file_table_flush (self->table, error))
    rows = porch_file_table_select (self->table, number - 1, FALSE, 1 << PORCH_FILE_WANTED, 1, error);
  if (rows == NULL)
    return FALSE;
  if (rows->len > 0 && ((PorchFileRow *) g_ptr_array_index (rows, 0))->number == number)
    cursor->apart = g_ptr_array_steal_index (rows, 0);
  return TRUE;
}

/* One window, or one file that comes from several. @window: takes it, and gives the next one (nullable). */
static gboolean
fetch_next (PorchDownload *self, Window **window, Cursor *cursor, GError **error)
{
  Window *current = g_steal_pointer (window);
  gboolean ok;

  if (current == NULL)
    return porch_download_swarm (self, g_steal_pointer (&cursor->apart), error);
  ok = (current->reader != NULL || open_window (current, error)) && read_window (current, cursor, window, error);
  if (ok && current->left)
    return set_apart (self, current, cursor, error);
  window_free (current);
  if (ok)
    porch_download_tell_whole (self);
  return ok;
}

static gboolean
fetch_pass (PorchDownload *self, GError **error)
{
  g_auto (Cursor) cursor = { .after = -1, .asked = -1 };
  g_autoptr (Window) window = NULL;
  g_autoptr (GError) local = NULL;
  gboolean ok = TRUE;

  window = next_window (self, &cursor, &local);
  while (ok && local == NULL && (window != NULL || cursor.apart != NULL))
    {
      ok = fetch_next (self, &window, &cursor, &local);
      if (ok && window == NULL && cursor.apart == NULL)
        window = next_window (self, &cursor, &local);
    }
  ok = ok && local == NULL;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return ok;
}

static gboolean
give_up_rest (PorchDownload *self, GError **error)
{
  g_autoptr (GPtrArray) rows = porch_file_table_select (self->table, -1, FALSE, 1 << PORCH_FILE_WANTED, PORCH_ROWS_AT_ONCE, error);

  for (guint i = 0; rows && i < rows->len; i++)
    porch_download_give_up (self, g_ptr_array_index (rows, i), _ ("It could not be downloaded. Try again."));
  return rows != NULL;
}

/* A pass leaves behind what changed meanwhile; the next one asks for it as it is now. */
gboolean
porch_download_fetch (PorchDownload *self, GError **error)
{
  for (guint pass = 0; self->sums.files_left > 0; pass++)
    {
      gboolean ok;

      if (pass == MAX_PASSES && !give_up_rest (self, error))
        return FALSE;
      ok = pass >= MAX_PASSES || fetch_pass (self, error);
      porch_sink_drain (self->sink);
      if (ok)
        porch_download_tell_whole (self);
      if (!ok || porch_download_is_stopped (self, error) || !porch_download_update_sums (self, error))
        return FALSE;
    }
  return TRUE;
}

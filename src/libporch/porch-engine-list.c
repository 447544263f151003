/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the engine asks peers on behalf of a frontend: their shares and the rows of their folders. Every call is a task on Porch's own
 * pool with a client of its own; nothing here touches the engine's parts off the main thread. */
#include "config.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "porch-engine.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "porch-pool.h"
#include "share/porch-path.h"
#include "wire/porch-client.h"
#include "wire/porch-json.h"

/* A listing that nobody reads is given up after this long. */
#define READER_PATIENCE_MS 30000
#define ROW_BUFFER (64 * 1024)

typedef struct {
  PorchIdentity *identity;
  PorchDeviceId  peer;
  GPtrArray     *addresses;
  char          *share;
  char          *path;
  gboolean       deep;
  int            fd;
} Ask;

static void
ask_free (Ask *ask)
{
  g_clear_object (&ask->identity);
  g_clear_pointer (&ask->addresses, g_ptr_array_unref);
  g_free (ask->share);
  g_free (ask->path);
  if (ask->fd >= 0)
    close (ask->fd);
  g_free (ask);
}

/* NULL with @error when we can't know whom we would ask. */
static Ask *
ask_new (PorchEngine *self, PorchPeer *peer, GError **error)
{
  const PorchDeviceId *id = porch_peer_get_id (peer);
  g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (peer);
  Ask *ask;

  if (id == NULL || addresses->len == 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("“%s” can't be reached. Check that it is on and on this network."),
                   porch_peer_get_name (peer));
      return NULL;
    }
  ask = g_new0 (Ask, 1);
  ask->identity = g_object_ref (porch_engine_get_identity (self));
  ask->peer = *id;
  ask->addresses = g_steal_pointer (&addresses);
  ask->fd = -1;
  return ask;
}

void
porch_remote_share_free (PorchRemoteShare *share)
{
  g_free (share->id);
  g_free (share->name);
  g_free (share->note);
  g_free (share);
}

/* An id is 16 hex digits; a share whose id or name breaks the rules is left out, not shown half. */
static PorchRemoteShare *
parse_share (JsonObject *object)
{
  const char *id = porch_json_get_string (object, "id", 16, NULL);
  const char *name = porch_json_get_string (object, "name", PORCH_MAX_LABEL, NULL);
  const char *note = porch_json_get_optional_string (object, "note", PORCH_MAX_JSON_STRING, NULL);
  const char *access = porch_json_get_optional_string (object, "access", 16, NULL);
  guint8 check[8];
  PorchRemoteShare *share;

  if (id == NULL || name == NULL || !porch_hex_decode (id, check, sizeof check) || !porch_label_check (name, NULL))
    return NULL;
  share = g_new0 (PorchRemoteShare, 1);
  share->id = g_strdup (id);
  share->name = g_strdup (name);
  share->note = note ? porch_path_to_display (note) : NULL;
  share->access = g_strcmp0 (access, "add") == 0 ? PORCH_ACCESS_ADD : PORCH_ACCESS_READ;
  return share;
}

static GPtrArray *
parse_shares (JsonObject *answer, GError **error)
{
  g_autoptr (GPtrArray) shares = g_ptr_array_new_with_free_func ((GDestroyNotify) porch_remote_share_free);
  JsonArray *array = porch_json_get_array (answer, "shares", PORCH_MAX_SHARES, error);

  if (array == NULL)
    return NULL;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      PorchRemoteShare *share = JSON_NODE_HOLDS_OBJECT (node) ? parse_share (json_node_get_object (node)) : NULL;

      if (share != NULL)
        g_ptr_array_add (shares, share);
    }
  return g_steal_pointer (&shares);
}

static void
list_shares_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Ask *ask = data;
  GError *error = NULL;
  g_autoptr (PorchClient) client = porch_client_new (ask->identity, &ask->peer, ask->addresses, 1, 0);
  g_autoptr (JsonObject) answer = porch_client_call (client, "GET", "/porch/v1/shares", NULL, cancellable, &error);
  GPtrArray *shares = answer ? parse_shares (answer, &error) : NULL;

  if (shares != NULL)
    g_task_return_pointer (task, shares, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
porch_engine_list_shares_async (PorchEngine *self, PorchPeer *peer, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  GError *error = NULL;
  Ask *ask = ask_new (self, peer, &error);

  g_task_set_source_tag (task, porch_engine_list_shares_async);
  if (ask == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  porch_pool_run_task (task, list_shares_work);
}

GPtrArray *
porch_engine_list_shares_finish (PorchEngine *self, GAsyncResult *result, GError **error)
{
  GPtrArray *shares;
  PorchPeer *peer;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  shares = g_task_propagate_pointer (G_TASK (result), error);
  if (shares != NULL)
    {
      const Ask *ask = g_task_get_task_data (G_TASK (result));

      peer = porch_peer_list_lookup (porch_engine_get_peers (self), &ask->peer);
      if (peer != NULL)
        porch_peer_note_folders (peer, (int) shares->len);
    }
  return shares;
}

/* The descriptor is a pipe or socket that does not block; GIO has SIGPIPE ignored. */
static gboolean
write_all (int fd, const char *data, gsize length, GError **error)
{
  while (length > 0)
    {
      struct pollfd waiting = { .fd = fd, .events = POLLOUT };
      gssize n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN && poll (&waiting, 1, READER_PATIENCE_MS) > 0)
        continue;
      if (n <= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, _ ("Nobody reads the listing any more."));
          return FALSE;
        }
      data += n;
      length -= (gsize) n;
    }
  return TRUE;
}

/* Counts rows and their length in what passes, so that a hostile peer can't make a frontend read for ever. */
static gboolean
check_rows (const char *data, gsize length, gsize *row, guint64 *rows, GError **error)
{
  for (gsize i = 0; i < length; i++)
    {
      if (data[i] != '\n')
        (*row)++;
      else
        {
          *row = 0;
          (*rows)++;
        }
      if (*row > PORCH_MAX_ROW || *rows > PORCH_MAX_ROWS + 1)
        {
          g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("The folder's listing is larger than Porch accepts."));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
copy_rows (GInputStream *rows, int fd, GCancellable *cancellable, GError **error)
{
  g_autofree char *buffer = g_malloc (ROW_BUFFER);
  gsize row = 0;
  guint64 count = 0;
  gssize n;

  while ((n = g_input_stream_read (rows, buffer, ROW_BUFFER, cancellable, error)) > 0)
    if (!check_rows (buffer, (gsize) n, &row, &count, error) || !write_all (fd, buffer, (gsize) n, error))
      return FALSE;
  return n == 0;
}

/* The reader has the descriptor already: a failure reaches it as the last row, in the end row's place. */
static void
write_error_row (int fd, const GError *error)
{
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *line = NULL;
  g_autofree char *whole = NULL;

  json_object_set_string_member (row, "error", error->domain == PORCH_ERROR ? porch_error_to_code (error->code) : "io");
  json_object_set_string_member (row, "message", error->message);
  line = porch_json_to_string (row);
  whole = g_strconcat (line, "\n", NULL);
  write_all (fd, whole, strlen (whole), NULL);
}

static JsonObject *
list_body (Ask *ask)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "share", ask->share);
  json_object_set_string_member (body, "path", ask->path);
  json_object_set_boolean_member (body, "deep", ask->deep);
  return body;
}

static void
list_work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Ask *ask = data;
  GError *error = NULL;
  g_autoptr (PorchClient) client = porch_client_new (ask->identity, &ask->peer, ask->addresses, 1, 0);
  g_autoptr (JsonObject) body = list_body (ask);
  g_autoptr (GInputStream) rows = porch_client_open (client, "POST", "/porch/v1/list", body, cancellable, &error);
  gboolean done = rows != NULL && copy_rows (rows, ask->fd, cancellable, &error);

  if (!done)
    write_error_row (ask->fd, error);
  close (ask->fd);
  ask->fd = -1;
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
porch_engine_list_async (PorchEngine *self, PorchPeer *peer, const char *share, const char *path, gboolean deep, int fd,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  GError *error = NULL;
  Ask *ask = ask_new (self, peer, &error);

  g_task_set_source_tag (task, porch_engine_list_async);
  if (ask == NULL)
    {
      close (fd);
      g_task_return_error (task, error);
      return;
    }
  ask->share = g_strdup (share);
  ask->path = g_strdup (path);
  ask->deep = deep;
  ask->fd = fd;
  g_unix_set_fd_nonblocking (fd, TRUE, NULL);
  g_task_set_task_data (task, ask, (GDestroyNotify) ask_free);
  porch_pool_run_task (task, list_work);
}

gboolean
porch_engine_list_finish (PorchEngine *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

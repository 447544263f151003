/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls that name local files: AddShare, Get, Send. */
#include "config.h"

#include "porch-bus-files.h"
#include "porch-daemon-calls.h"
#include "porch-daemon-dict.h"
#include "porch-daemon-offer.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reach.h"
#include "porch-daemon-reply.h"
#include "porch-daemon-root.h"
#include "porch-daemon-share.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "share/porch-path.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  PorchDaemonRoot *root;             /* owned */
  GDBusMethodInvocation *invocation; /* owned until it is answered */
  GPtrArray *peers;                  /* owned, of PorchPeer */
  char *share;
  char **paths;
  char *target;
  char *text;
} Call;

static void
call_free (Call *call)
{
  g_clear_object (&call->root);
  g_clear_pointer (&call->peers, g_ptr_array_unref);
  g_clear_pointer (&call->paths, g_strfreev);
  g_free (call->share);
  g_free (call->target);
  g_free (call->text);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static Call *
call_new (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *const *paths)
{
  Call *call = g_new0 (Call, 1);

  call->root = g_object_ref (PORCH_DAEMON_ROOT (bus));
  call->invocation = invocation;
  call->peers = g_ptr_array_new_with_free_func (g_object_unref);
  call->paths = g_strdupv ((char **)paths);
  return call;
}

static gboolean
add_peer (Call *call, const char *path, GError **error)
{
  PorchPeer *peer = porch_daemon_path_lookup_peer (porch_daemon_root_get_engine (call->root), path, error);

  if (peer == NULL)
    return FALSE;
  if (!g_ptr_array_find (call->peers, peer, NULL))
    g_ptr_array_add (call->peers, g_object_ref (peer));
  return TRUE;
}

/* @handle: an index into @fds, given by the caller: any number. */
static gboolean
check_descriptor (GUnixFDList *fds, int handle, const char *path, gboolean parent_counts, GError **error)
{
  int fd = -1;
  gboolean same;

  if (fds != NULL && handle >= 0 && handle < g_unix_fd_list_get_length (fds))
    fd = g_unix_fd_list_get (fds, handle, NULL);
  if (fd < 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The call names files but brings no descriptors of them."));
      return FALSE;
    }
  same = porch_bus_files_check (path, fd, parent_counts, error);
  close (fd);
  return same;
}

static PorchShare *
add_share (PorchShareList *shares, const char *path, GVariant *options, GError **error)
{
  g_autofree const char **selected = NULL;
  const char *name = NULL, *word = NULL;
  gboolean override = FALSE;
  PorchAudience audience = PORCH_AUDIENCE_SELECTED;
  PorchShare *share;

  g_variant_lookup (options, "name", "&s", &name);
  g_variant_lookup (options, "override", "b", &override);
  g_variant_lookup (options, "selected", "^a&s", &selected);
  if (!g_variant_lookup (options, "audience", "&s", &word) && (selected == NULL || selected[0] == NULL))
    {
      /* No silent default: who may open a folder is said by a person. */
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                   _ ("Say who may open the folder: “selected”, “trusted” or “everyone”."));
      return NULL;
    }
  if (word != NULL && !porch_daemon_audience_parse (word, &audience, error))
    return NULL;
  share = porch_share_list_add (shares, path, name, audience, (const char *const *)selected, override, error);
  return share;
}

/* What porch_share_list_add() doesn't take. A folder that is not as it was asked for is not shared at all. */
static gboolean
finish_share (PorchShareList *shares, PorchShare *share, GVariant *options, GError **error)
{
  const char *note;
  gint64 until;
  gboolean active;

  if ((!g_variant_lookup (options, "note", "&s", &note) || *note == '\0'
       || porch_share_list_set_note (shares, share, note, error))
      && (!g_variant_lookup (options, "until", "x", &until) || until == 0
          || porch_share_list_set_until (shares, share, until, error))
      && (!g_variant_lookup (options, "active", "b", &active) || active
          || porch_share_list_set_active (shares, share, FALSE, error)))
    return TRUE;
  porch_share_list_remove (shares, share, NULL);
  return FALSE;
}

gboolean
porch_daemon_call_add_share (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *path,
                             GVariant *folder, GVariant *options)
{
  static const PorchDaemonDictMember members[] = {
    { "name", "s" }, { "audience", "s" }, { "selected", "as" }, { "note", "s" }, { "until", "x" }, { "active", "b" },
    { "override", "b" }, { NULL },
  };
  PorchShareList *shares = porch_engine_get_shares (porch_daemon_root_get_engine (PORCH_DAEMON_ROOT (bus)));
  g_autofree char *object = NULL;
  PorchShare *share = NULL;
  GError *error = NULL;

  if (porch_daemon_dict_check (options, members, &error) && porch_daemon_share_check_values (options, &error)
      && check_descriptor (fds, g_variant_get_handle (folder), path, FALSE, &error))
    share = add_share (shares, path, options, &error);
  if (share == NULL || !finish_share (shares, share, options, &error))
    return porch_daemon_reply_error (invocation, error);
  object = porch_daemon_path_of_share (share);
  porch_bus_daemon_complete_add_share (bus, invocation, NULL, object);
  return TRUE;
}

static void
on_get_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  PorchEngine *engine = PORCH_ENGINE (source);
  PorchPeer *peer = g_ptr_array_index (call->peers, 0);
  GError *error = NULL;
  PorchRemoteShare *share = porch_daemon_resolve_share_finish (engine, result, &error);
  PorchTransfer *transfer = NULL;
  g_autofree char *path = NULL;

  if (share != NULL)
    transfer = porch_transfer_queue_download (porch_engine_get_transfers (engine), porch_peer_get_id (peer), share->id,
                                              share->name, (const char *const *)call->paths,
                                              call->target ? call->target : porch_engine_get_download_folder (engine), &error);
  g_clear_pointer (&share, porch_remote_share_free);
  if (transfer == NULL)
    {
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  path = porch_daemon_path_of_transfer (transfer);
  porch_bus_daemon_complete_get (PORCH_BUS_DAEMON (call->root), call->invocation, path);
}

static void
on_get_reached (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;

  if (!porch_daemon_reach_finish (PORCH_ENGINE (source), result, &error))
    {
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  porch_daemon_resolve_share_async (PORCH_ENGINE (source), g_ptr_array_index (call->peers, 0), call->share,
                                    porch_daemon_root_get_cancellable (call->root), on_get_resolved, call);
  g_steal_pointer (&call);
}

static gboolean
check_wire_paths (const char *const *paths, GError **error)
{
  if (paths[0] == NULL)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Say which files or folders to download."));
      return FALSE;
    }
  for (guint i = 0; paths[i]; i++)
    if (*paths[i] && !porch_path_check (paths[i], -1, error))
      return FALSE;
  return TRUE;
}

gboolean
porch_daemon_call_get (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer, const char *share,
                       const char *const *paths, GVariant *options)
{
  static const PorchDaemonDictMember members[] = { { "to", "ay" }, { NULL } };
  g_autoptr (Call) call = call_new (bus, invocation, paths);
  GError *error = NULL;

  if (porch_daemon_dict_check (options, members, &error))
    call->target = porch_daemon_dict_dup_path (options, "to");
  if (error != NULL || !porch_daemon_target_check (call->target, &error) || !check_wire_paths (paths, &error)
      || !add_peer (call, peer, &error))
    return porch_daemon_reply_error (invocation, error);
  call->share = g_strdup (share);
  porch_daemon_reach_async (porch_daemon_root_get_engine (call->root), call->peers,
                            porch_daemon_root_get_cancellable (call->root), on_get_reached, call);
  g_steal_pointer (&call);
  return TRUE;
}

static PorchTransfer *
send_to (PorchEngine *engine, PorchPeer *peer, Call *call, const char *batch, GError **error)
{
  return porch_transfer_queue_send_one_of (porch_engine_get_transfers (engine), porch_peer_get_id (peer),
                                    call->text ? NULL : (const char *const *)call->paths, call->text, batch, error);
}

/* All or none: one peer that can't be sent to takes back what was begun for the others. */
static void
on_send_reached (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  PorchEngine *engine = PORCH_ENGINE (source);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) objects = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *batch = call->peers->len > 1 ? g_uuid_string_random () : NULL;
  GError *error = NULL;

  porch_daemon_reach_finish (engine, result, &error);
  for (guint i = 0; error == NULL && i < call->peers->len; i++)
    {
      PorchTransfer *transfer = send_to (engine, g_ptr_array_index (call->peers, i), call, batch, &error);

      if (transfer == NULL)
        break;
      g_ptr_array_add (transfers, g_object_ref (transfer));
      g_ptr_array_add (objects, porch_daemon_path_of_transfer (transfer));
    }
  if (error != NULL)
    {
      for (guint i = 0; i < transfers->len; i++)
        porch_transfer_cancel (g_ptr_array_index (transfers, i));
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  g_ptr_array_add (objects, NULL);
  porch_bus_daemon_complete_send (PORCH_BUS_DAEMON (call->root), call->invocation, NULL, (const char *const *)objects->pdata);
}

static gboolean
check_text (const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length == 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("The text is empty."));
  else if (length > PORCH_MAX_TEXT)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT,
                 _ ("A text can have %d bytes; this one has %zu. Send it as a file."), PORCH_MAX_TEXT, length);
  else
    return TRUE;
  return FALSE;
}

gboolean
porch_daemon_check_files (GUnixFDList *fds, const char *const *paths, GVariant *files, GError **error)
{
  gsize n = g_variant_n_children (files);

  if (paths[0] == NULL || n != g_strv_length ((char **)paths))
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                   _ ("Say what to send: files with a descriptor for each, or a text."));
      return FALSE;
    }
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) handle = g_variant_get_child_value (files, i);

      if (!check_descriptor (fds, g_variant_get_handle (handle), paths[i], TRUE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_send (Call *call, GUnixFDList *fds, const char *const *peers, const char *const *paths, GVariant *files, GError **error)
{
  if (call->text != NULL && paths[0] != NULL)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID,
                   _ ("A text and files can't be sent as one. Send one after the other."));
      return FALSE;
    }
  if (call->text ? !check_text (call->text, error) : !porch_daemon_check_files (fds, paths, files, error))
    return FALSE;
  for (guint i = 0; peers[i]; i++)
    if (!add_peer (call, peers[i], error))
      return FALSE;
  if (call->peers->len == 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("Say whom to send it to."));
  return call->peers->len > 0;
}

gboolean
porch_daemon_call_send (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *const *peers,
                        const char *const *paths, GVariant *files, GVariant *options)
{
  static const PorchDaemonDictMember members[] = { { "text", "s" }, { NULL } };
  g_autoptr (Call) call = call_new (bus, invocation, paths);
  GError *error = NULL;

  if (!porch_daemon_dict_check (options, members, &error))
    return porch_daemon_reply_error (invocation, error);
  g_variant_lookup (options, "text", "s", &call->text);
  if (!check_send (call, fds, peers, paths, files, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_daemon_reach_async (porch_daemon_root_get_engine (call->root), call->peers,
                            porch_daemon_root_get_cancellable (call->root), on_send_reached, call);
  g_steal_pointer (&call);
  return TRUE;
}

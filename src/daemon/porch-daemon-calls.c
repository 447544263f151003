/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-calls.h"

#include "porch-daemon-dict.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reach.h"
#include "porch-daemon-reply.h"
#include "porch-daemon-root.h"
#include "porch-error.h"
#include "share/porch-path.h"
#include "wire/porch-json.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* One call on its way. */
typedef struct
{
  PorchDaemonRoot *root;             /* owned */
  GDBusMethodInvocation *invocation; /* owned until it is answered */
  PorchPeer *peer;                   /* owned (nullable) */
  char *share;
  char *path;
  gboolean deep;
} Call;

static Call *
call_new (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, PorchPeer *peer)
{
  Call *call = g_new0 (Call, 1);

  call->root = g_object_ref (PORCH_DAEMON_ROOT (bus));
  call->invocation = invocation;
  call->peer = peer ? g_object_ref (peer) : NULL;
  return call;
}

static void
call_free (Call *call)
{
  g_clear_object (&call->root);
  g_clear_object (&call->peer);
  g_free (call->share);
  g_free (call->path);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static PorchEngine *
get_engine (PorchBusDaemon *bus)
{
  return porch_daemon_root_get_engine (PORCH_DAEMON_ROOT (bus));
}

static void
reach (Call *call, GAsyncReadyCallback callback)
{
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (peers, g_object_ref (call->peer));
  porch_daemon_reach_async (porch_daemon_root_get_engine (call->root), peers, porch_daemon_root_get_cancellable (call->root),
                            callback, call);
}

static void
on_connect_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;
  g_autoptr (PorchPeer) peer = porch_peer_list_connect_finish (PORCH_PEER_LIST (source), result, &error);
  g_autofree char *path = peer ? porch_daemon_path_of_peer (peer) : NULL;

  if (peer == NULL)
    porch_daemon_reply_error (call->invocation, error);
  else
    porch_bus_daemon_complete_connect (PORCH_BUS_DAEMON (call->root), call->invocation, path);
}

gboolean
porch_daemon_call_connect (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *address)
{
  GError *error = NULL;
  Call *call;

  if (!porch_daemon_root_check_begun (PORCH_DAEMON_ROOT (bus), &error))
    return porch_daemon_reply_error (invocation, error);
  call = call_new (bus, invocation, NULL);
  porch_peer_list_connect_async (porch_engine_get_peers (get_engine (bus)), address,
                                 porch_daemon_root_get_cancellable (call->root), on_connect_ready, call);
  return TRUE;
}

gboolean
porch_daemon_call_find_peer (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *text)
{
  GError *error = NULL;
  PorchPeer *peer = NULL;
  g_autofree char *path = NULL;

  if (porch_daemon_root_check_begun (PORCH_DAEMON_ROOT (bus), &error))
    peer = porch_peer_list_find (porch_engine_get_peers (get_engine (bus)), text, &error);
  if (peer != NULL)
    path = porch_daemon_path_of_peer (peer);
  else
    return porch_daemon_reply_error (invocation, error);
  porch_bus_daemon_complete_find_peer (bus, invocation, path);
  return TRUE;
}

static GVariant *
remote_shares_to_variant (GPtrArray *shares)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < shares->len; i++)
    {
      const PorchRemoteShare *share = g_ptr_array_index (shares, i);

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&builder, "{sv}", "id", g_variant_new_string (share->id));
      g_variant_builder_add (&builder, "{sv}", "name", g_variant_new_string (share->name));
      g_variant_builder_add (&builder, "{sv}", "note", g_variant_new_string (share->note ? share->note : ""));
      g_variant_builder_add (&builder, "{sv}", "access",
                             g_variant_new_string (share->access == PORCH_ACCESS_ADD ? "add" : "read"));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static void
on_list_shares_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;
  g_autoptr (GPtrArray) shares = porch_engine_list_shares_finish (PORCH_ENGINE (source), result, &error);

  porch_daemon_name_error (&error, call->peer);
  if (shares == NULL)
    porch_daemon_reply_error (call->invocation, error);
  else
    porch_bus_daemon_complete_list_shares (PORCH_BUS_DAEMON (call->root), call->invocation, remote_shares_to_variant (shares));
}

static void
on_list_shares_reached (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;

  if (!porch_daemon_reach_finish (PORCH_ENGINE (source), result, &error))
    {
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  porch_engine_list_shares_async (PORCH_ENGINE (source), call->peer, porch_daemon_root_get_cancellable (call->root),
                                  on_list_shares_ready, call);
  g_steal_pointer (&call);
}

gboolean
porch_daemon_call_list_shares (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *path)
{
  GError *error = NULL;
  PorchPeer *peer = porch_daemon_path_lookup_peer (get_engine (bus), path, &error);

  if (peer == NULL)
    return porch_daemon_reply_error (invocation, error);
  reach (call_new (bus, invocation, peer), on_list_shares_reached);
  return TRUE;
}

/* The rows carry their own error at the end; nobody waits for this. */
static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!porch_engine_list_finish (PORCH_ENGINE (source), result, &error))
    g_debug ("A listing ended early: %s", error->message);
}

/* The caller gets the reading end at once, so that the first row is there as soon as the peer sends it. */
static void
start_listing (Call *call, PorchEngine *engine, const char *share)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  int ends[2];
  int handle;
  GError *error = NULL;

  if (pipe2 (ends, O_CLOEXEC) < 0)
    {
      porch_daemon_reply_error (call->invocation, g_error_new (G_IO_ERROR, g_io_error_from_errno (errno),
                                                               _ ("The folder can't be listed now: %s"), g_strerror (errno)));
      return;
    }
  handle = g_unix_fd_list_append (fds, ends[0], &error);
  close (ends[0]);
  if (handle < 0)
    {
      close (ends[1]);
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  porch_engine_list_async (engine, call->peer, share, call->path, call->deep, ends[1],
                           porch_daemon_root_get_cancellable (call->root), on_list_ready, NULL);
  porch_bus_daemon_complete_list (PORCH_BUS_DAEMON (call->root), call->invocation, fds, g_variant_new_handle (handle));
}

static void
on_list_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;
  PorchRemoteShare *share = porch_daemon_resolve_share_finish (PORCH_ENGINE (source), result, &error);

  if (share == NULL)
    {
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  start_listing (call, PORCH_ENGINE (source), share->id);
  porch_remote_share_free (share);
}

static gboolean
is_share_id (const char *text)
{
  return strlen (text) == 16 && strspn (text, "0123456789abcdef") == 16;
}

static void
on_list_reached (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;

  if (!porch_daemon_reach_finish (PORCH_ENGINE (source), result, &error))
    porch_daemon_reply_error (call->invocation, error);
  else if (is_share_id (call->share))
    start_listing (call, PORCH_ENGINE (source), call->share);
  else
    {
      porch_daemon_resolve_share_async (PORCH_ENGINE (source), call->peer, call->share,
                                        porch_daemon_root_get_cancellable (call->root), on_list_resolved, call);
      g_steal_pointer (&call);
    }
}

gboolean
porch_daemon_call_list (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *peer_path,
                        const char *share, const char *path, GVariant *options)
{
  static const PorchDaemonDictMember members[] = { { "deep", "b" }, { NULL } };
  GError *error = NULL;
  PorchPeer *peer = NULL;
  Call *call;

  if (porch_daemon_dict_check (options, members, &error) && (*path == '\0' || porch_path_check (path, -1, &error)))
    peer = porch_daemon_path_lookup_peer (get_engine (bus), peer_path, &error);
  if (peer == NULL)
    return porch_daemon_reply_error (invocation, error);
  call = call_new (bus, invocation, peer);
  call->share = g_strdup (share);
  call->path = g_strdup (path);
  g_variant_lookup (options, "deep", "b", &call->deep);
  reach (call, on_list_reached);
  return TRUE;
}

static void
on_content_id_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  GError *error = NULL;
  gint64 size = 0;
  g_autoptr (GBytes) id = porch_engine_content_id_finish (PORCH_ENGINE (source), result, &size, &error);
  g_autofree char *hex = id ? porch_hex_encode (g_bytes_get_data (id, NULL), g_bytes_get_size (id)) : NULL;

  porch_daemon_name_error (&error, call->peer);
  if (error != NULL)
    porch_daemon_reply_error (call->invocation, error);
  else
    porch_bus_daemon_complete_content_id (PORCH_BUS_DAEMON (call->root), call->invocation, hex ? hex : "", size);
}

static void
ask_content_id (Call *call, PorchEngine *engine, const char *share)
{
  porch_engine_content_id_async (engine, call->peer, share, call->path, porch_daemon_root_get_cancellable (call->root),
                                 on_content_id_ready, call);
}

static void
on_content_share_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  GError *error = NULL;
  PorchRemoteShare *share = porch_daemon_resolve_share_finish (PORCH_ENGINE (source), result, &error);

  if (share != NULL)
    ask_content_id (call, PORCH_ENGINE (source), share->id);
  else
    {
      porch_daemon_reply_error (call->invocation, error);
      call_free (call);
    }
  g_clear_pointer (&share, porch_remote_share_free);
}

static void
on_content_id_reached (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  GError *error = NULL;

  if (!porch_daemon_reach_finish (PORCH_ENGINE (source), result, &error))
    {
      porch_daemon_reply_error (call->invocation, error);
      call_free (call);
    }
  else if (is_share_id (call->share))
    ask_content_id (call, PORCH_ENGINE (source), call->share);
  else
    porch_daemon_resolve_share_async (PORCH_ENGINE (source), call->peer, call->share,
                                      porch_daemon_root_get_cancellable (call->root), on_content_share_resolved, call);
}

gboolean
porch_daemon_call_content_id (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer_path, const char *share,
                              const char *path)
{
  GError *error = NULL;
  PorchPeer *peer = NULL;
  Call *call;

  if (porch_path_check (path, -1, &error))
    peer = porch_daemon_path_lookup_peer (get_engine (bus), peer_path, &error);
  if (peer == NULL)
    return porch_daemon_reply_error (invocation, error);
  call = call_new (bus, invocation, peer);
  call->share = g_strdup (share);
  call->path = g_strdup (path);
  reach (call, on_content_id_reached);
  return TRUE;
}

static void
on_pair_reached (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  PorchEngine *engine = PORCH_ENGINE (source);
  g_autoptr (GPtrArray) addresses = porch_peer_dup_addresses (call->peer);
  GError *error = NULL;
  PorchPairing *pairing = NULL;
  const char *path;

  if (porch_daemon_reach_finish (engine, result, &error))
    pairing = porch_pairing_desk_start (porch_engine_get_pairings (engine), porch_peer_get_id (call->peer), addresses, &error);
  if (pairing == NULL)
    {
      porch_daemon_reply_error (call->invocation, error);
      return;
    }
  path = porch_daemon_exports_get_path (porch_daemon_root_get_pairings (call->root), pairing);
  if (path != NULL)
    porch_bus_daemon_complete_pair (PORCH_BUS_DAEMON (call->root), call->invocation, path);
  else
    porch_daemon_reply_error (
        call->invocation, g_error_new (PORCH_ERROR, PORCH_ERROR_GONE, _ ("The comparison ended before it began. Try again.")));
}

gboolean
porch_daemon_call_pair (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *path)
{
  GError *error = NULL;
  PorchPeer *peer = porch_daemon_path_lookup_peer (get_engine (bus), path, &error);

  if (peer == NULL)
    return porch_daemon_reply_error (invocation, error);
  reach (call_new (bus, invocation, peer), on_pair_reached);
  return TRUE;
}

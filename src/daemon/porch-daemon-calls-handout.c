/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls about hand-outs: opening one, finding one by its number, taking it. */
#include "config.h"

#include "handout/porch-handout-seek.h"
#include "porch-daemon-calls.h"
#include "porch-daemon-dict.h"
#include "porch-daemon-offer.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reply.h"
#include "porch-daemon-root.h"
#include "porch-error.h"
#include "transfer/porch-space.h"

#include <glib/gi18n.h>
#include <string.h>

gboolean
porch_daemon_call_hand_out (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, GUnixFDList *fds, const char *title,
                            const char *const *paths, GVariant *files)
{
  PorchEngine *engine = porch_daemon_root_get_engine (PORCH_DAEMON_ROOT (bus));
  GError *error = NULL;
  PorchHandout *handout = NULL;
  g_autofree char *path = NULL;

  if (porch_daemon_root_check_begun (PORCH_DAEMON_ROOT (bus), &error) && porch_daemon_check_files (fds, paths, files, &error))
    handout = porch_handout_book_open (porch_engine_get_handouts (engine), title, paths, &error);
  if (handout == NULL)
    return porch_daemon_reply_error (invocation, error);
  path = porch_daemon_path_of_handout (handout);
  porch_bus_daemon_complete_hand_out (bus, invocation, NULL, path);
  return TRUE;
}

/* ---- Join ---- */

static GVariant *
describe_found (PorchEngine *engine, PorchFoundHandout *found)
{
  g_autofree char *path = porch_daemon_path_of_peer (found->peer);
  g_autofree char *id = porch_peer_dup_id_string (found->peer);
  gint64 missing = porch_space_missing_in (porch_engine_get_download_folder (engine), porch_offer_get_bytes (found->offer));
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "peer", "o", path);
  g_variant_dict_insert (&dict, "peer-name", "s", porch_peer_get_name (found->peer));
  g_variant_dict_insert (&dict, "peer-id", "s", id);
  g_variant_dict_insert (&dict, "peer-trust", "s", porch_daemon_trust_to_string (porch_peer_get_trust (found->peer)));
  g_variant_dict_insert (&dict, "id", "s", porch_offer_get_id (found->offer));
  g_variant_dict_insert (&dict, "title", "s", found->title);
  g_variant_dict_insert (&dict, "names", "^as", porch_offer_get_names (found->offer));
  g_variant_dict_insert (&dict, "files", "x", porch_offer_get_files (found->offer));
  g_variant_dict_insert (&dict, "bytes", "x", porch_offer_get_bytes (found->offer));
  g_variant_dict_insert (&dict, "missing", "x", missing);
  return g_variant_dict_end (&dict);
}

typedef struct
{
  PorchDaemonRoot *root;             /* owned */
  GDBusMethodInvocation *invocation; /* owned until it is answered */
} Join;

static void
join_free (Join *join)
{
  g_object_unref (join->root);
  g_free (join);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Join, join_free)

static void
on_sought (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Join) join = data;
  GError *error = NULL;
  GPtrArray *found = porch_handout_seek_finish (PORCH_PEER_LIST (source), result, &error);
  GVariantBuilder builder;

  if (found == NULL)
    {
      porch_daemon_reply_error (join->invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < found->len; i++)
    g_variant_builder_add_value (&builder,
                                 describe_found (porch_daemon_root_get_engine (join->root), g_ptr_array_index (found, i)));
  porch_daemon_root_take_found (join->root, found);
  porch_bus_daemon_complete_join (PORCH_BUS_DAEMON (join->root), join->invocation, g_variant_builder_end (&builder));
}

static gboolean
is_own (PorchEngine *engine, const char *number, GError **error)
{
  GListModel *own = G_LIST_MODEL (porch_engine_get_handouts (engine));

  for (guint i = 0; i < g_list_model_get_n_items (own); i++)
    {
      g_autoptr (PorchHandout) handout = g_list_model_get_item (own, i);

      if (porch_handout_get_state (handout) <= PORCH_HANDOUT_OPEN && strcmp (porch_handout_get_number (handout), number) == 0)
        {
          g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("This device itself hands “%s” out."),
                       porch_handout_get_title (handout));
          return TRUE;
        }
    }
  return FALSE;
}

gboolean
porch_daemon_call_join (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *typed)
{
  PorchDaemonRoot *root = PORCH_DAEMON_ROOT (bus);
  PorchEngine *engine = porch_daemon_root_get_engine (root);
  GError *error = NULL;
  g_autofree char *number = NULL;
  Join *join;

  if (!porch_daemon_root_check_begun (root, &error) || (number = porch_handout_number_parse (typed, &error)) == NULL
      || is_own (engine, number, &error))
    return porch_daemon_reply_error (invocation, error);
  join = g_new0 (Join, 1);
  join->root = g_object_ref (root);
  join->invocation = invocation;
  porch_handout_seek_async (porch_engine_get_peers (engine), porch_engine_get_identity (engine), porch_engine_get_name (engine),
                            number, porch_daemon_root_get_cancellable (root), on_sought, join);
  return TRUE;
}

/* ---- TakeHandOut ---- */

static PorchFoundHandout *
find_found (PorchDaemonRoot *root, const char *peer, const char *id, GError **error)
{
  GPtrArray *found = porch_daemon_root_get_found (root);

  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      PorchFoundHandout *one = g_ptr_array_index (found, i);
      g_autofree char *path = porch_daemon_path_of_peer (one->peer);

      if (strcmp (path, peer) == 0 && strcmp (porch_offer_get_id (one->offer), id) == 0)
        return one;
    }
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("It was too long ago that the number was typed. Type it again."));
  return NULL;
}

gboolean
porch_daemon_call_take_hand_out (PorchBusDaemon *bus, GDBusMethodInvocation *invocation, const char *peer, const char *id,
                                 GVariant *options)
{
  static const PorchDaemonDictMember members[] = { { "to", "ay" }, { NULL } };
  PorchDaemonRoot *root = PORCH_DAEMON_ROOT (bus);
  PorchEngine *engine = porch_daemon_root_get_engine (root);
  g_autofree char *to = NULL;
  g_autofree char *path = NULL;
  PorchFoundHandout *found = NULL;
  PorchTransfer *transfer = NULL;
  GError *error = NULL;

  if (porch_daemon_dict_check (options, members, &error))
    {
      to = porch_daemon_dict_dup_path (options, "to");
      if (porch_daemon_target_check (to, &error))
        found = find_found (root, peer, id, &error);
    }
  if (found != NULL)
    transfer = porch_handout_take (porch_engine_get_transfers (engine), found, to, &error);
  if (transfer == NULL)
    return porch_daemon_reply_error (invocation, error);
  path = porch_daemon_path_of_transfer (transfer);
  porch_bus_daemon_complete_take_hand_out (bus, invocation, path);
  return TRUE;
}

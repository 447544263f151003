/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-offer.h"

#include "porch-daemon-dict.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-reply.h"
#include "porch-error.h"
#include "share/porch-sandbox.h"

#include <glib/gi18n.h>
#include <unistd.h>

struct _PorchDaemonOffer
{
  PorchBusOfferSkeleton parent;

  PorchEngine *engine; /* owned */
  PorchOffer *offer;   /* owned */
};

static void porch_daemon_offer_iface_init (PorchBusOfferIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchDaemonOffer, porch_daemon_offer, PORCH_BUS_TYPE_OFFER_SKELETON,
                               G_IMPLEMENT_INTERFACE (PORCH_BUS_TYPE_OFFER, porch_daemon_offer_iface_init))

static const PorchDaemonDictMember accept_members[] = { { "to", "ay" }, { "trust", "b" }, { NULL } };

static const char *
state_to_string (PorchOfferState state)
{
  switch (state)
    {
    case PORCH_OFFER_PENDING:
      return "pending";
    case PORCH_OFFER_ACCEPTED:
      return "accepted";
    case PORCH_OFFER_DECLINED:
      return "declined";
    case PORCH_OFFER_DONE:
      return "done";
    case PORCH_OFFER_WITHDRAWN:
      return "withdrawn";
    case PORCH_OFFER_EXPIRED:
      return "expired";
    case PORCH_OFFER_FAILED:
    default:
      return "failed";
    }
}

static void
sync_peer (PorchDaemonOffer *self)
{
  PorchBusOffer *bus = PORCH_BUS_OFFER (self);
  const PorchDeviceId *id = porch_offer_get_peer (self->offer);
  g_autofree char *name = porch_daemon_path_dup_peer_name (self->engine, id);

  porch_bus_offer_set_peer_name (bus, name);
  porch_bus_offer_set_peer_trust (
      bus, porch_daemon_trust_to_string (porch_trust_table_get (porch_engine_get_trust (self->engine), id)));
}

static void
on_offer_notify (PorchOffer *offer, GParamSpec *pspec, PorchDaemonOffer *self)
{
  PorchBusOffer *bus = PORCH_BUS_OFFER (self);
  const char *code = porch_offer_get_code (offer);

  porch_bus_offer_set_state (bus, state_to_string (porch_offer_get_state (offer)));
  porch_bus_offer_set_code (bus, code ? code : "");
  porch_bus_offer_set_quiet (bus, porch_offer_get_quiet (offer));
  sync_peer (self);
}

static void
on_peer_notify (PorchPeer *peer, GParamSpec *pspec, PorchDaemonOffer *self)
{
  sync_peer (self);
}

static void
on_trust_changed (PorchTrustTable *trust, const PorchDeviceId *id, PorchDaemonOffer *self)
{
  if (porch_device_id_equal (id, porch_offer_get_peer (self->offer)))
    sync_peer (self);
}

gboolean
porch_daemon_target_check (const char *folder, GError **error)
{
  g_autofree char *shown = folder ? g_filename_display_name (folder) : NULL;

  if (folder == NULL)
    return TRUE;
  if (!g_path_is_absolute (folder))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("“%s” is not an absolute path."), shown);
  else if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("There is no folder “%s”. Choose another one."), shown);
  else if (porch_sandbox_loses (folder))
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED,
                 _ ("Porch runs in a sandbox that doesn't reach “%s”: what it saved there would be lost. Choose the folder in Porch's "
                    "window."),
                 shown);
  else if (access (folder, W_OK | X_OK) < 0)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_READ_ONLY, _ ("Nothing can be saved in “%s”. Choose another folder."), shown);
  else
    return TRUE;
  return FALSE;
}

static gboolean
handle_accept (PorchBusOffer *bus, GDBusMethodInvocation *invocation, GVariant *options)
{
  PorchDaemonOffer *self = PORCH_DAEMON_OFFER (bus);
  PorchOfferBook *book = porch_engine_get_offers (self->engine);
  gboolean trust = FALSE;
  g_autofree char *to = NULL;
  g_autofree char *path = NULL;
  PorchTransfer *transfer;
  GError *error = NULL;

  if (!porch_daemon_dict_check (options, accept_members, &error))
    return porch_daemon_reply_error (invocation, error);
  to = porch_daemon_dict_dup_path (options, "to");
  g_variant_lookup (options, "trust", "b", &trust);
  if (!porch_daemon_target_check (to, &error) || (trust && !porch_offer_book_confirm_code (book, self->offer, TRUE, &error)))
    return porch_daemon_reply_error (invocation, error);
  transfer = porch_offer_book_accept (book, self->offer, to, &error);
  if (transfer == NULL)
    return porch_daemon_reply_error (invocation, error);
  path = porch_daemon_path_of_transfer (transfer);
  porch_bus_offer_complete_accept (bus, invocation, path);
  return TRUE;
}

static gboolean
handle_clear (PorchBusOffer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonOffer *self = PORCH_DAEMON_OFFER (bus);
  g_autoptr (PorchDaemonOffer) keep = g_object_ref (self); /* the object goes with the offer */
  GError *error = NULL;

  if (!porch_offer_book_clear (porch_engine_get_offers (self->engine), self->offer, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_offer_complete_clear (bus, invocation);
  return TRUE;
}

static gboolean
handle_decline (PorchBusOffer *bus, GDBusMethodInvocation *invocation)
{
  PorchDaemonOffer *self = PORCH_DAEMON_OFFER (bus);
  g_autoptr (PorchDaemonOffer) keep = g_object_ref (self);
  GError *error = NULL;

  if (!porch_offer_book_decline (porch_engine_get_offers (self->engine), self->offer, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_offer_complete_decline (bus, invocation);
  return TRUE;
}

static gboolean
handle_confirm_code (PorchBusOffer *bus, GDBusMethodInvocation *invocation, gboolean match)
{
  PorchDaemonOffer *self = PORCH_DAEMON_OFFER (bus);
  GError *error = NULL;

  if (!porch_offer_book_confirm_code (porch_engine_get_offers (self->engine), self->offer, match, &error))
    return porch_daemon_reply_error (invocation, error);
  porch_bus_offer_complete_confirm_code (bus, invocation);
  return TRUE;
}

static void
porch_daemon_offer_dispose (GObject *object)
{
  PorchDaemonOffer *self = PORCH_DAEMON_OFFER (object);

  g_clear_object (&self->offer);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (porch_daemon_offer_parent_class)->dispose (object);
}

static void
porch_daemon_offer_class_init (PorchDaemonOfferClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_offer_dispose;
}

static void
porch_daemon_offer_iface_init (PorchBusOfferIface *iface)
{
  iface->handle_accept = handle_accept;
  iface->handle_decline = handle_decline;
  iface->handle_clear = handle_clear;
  iface->handle_confirm_code = handle_confirm_code;
}

static void
porch_daemon_offer_init (PorchDaemonOffer *self)
{
}

/* What never changes. */
static void
fill (PorchDaemonOffer *self)
{
  PorchBusOffer *bus = PORCH_BUS_OFFER (self);
  const char *const none[] = { NULL };
  const char *const *names = porch_offer_get_names (self->offer);
  const char *text = porch_offer_get_text (self->offer);
  g_autofree char *peer = porch_daemon_path_of_device (porch_offer_get_peer (self->offer));

  porch_bus_offer_set_id (bus, porch_offer_get_id (self->offer));
  porch_bus_offer_set_peer (bus, peer);
  porch_bus_offer_set_kind (bus, porch_offer_get_kind (self->offer) == PORCH_OFFER_TEXT ? "text" : "files");
  porch_bus_offer_set_names (bus, names ? names : none);
  porch_bus_offer_set_files (bus, porch_offer_get_files (self->offer));
  porch_bus_offer_set_bytes (bus, porch_offer_get_bytes (self->offer));
  porch_bus_offer_set_text (bus, text ? text : "");
  porch_bus_offer_set_received (bus, porch_offer_get_received (self->offer));
}

GDBusInterfaceSkeleton *
porch_daemon_offer_new (PorchEngine *engine, PorchOffer *offer)
{
  PorchDaemonOffer *self = g_object_new (PORCH_TYPE_DAEMON_OFFER, NULL);
  PorchPeer *peer = porch_peer_list_lookup (porch_engine_get_peers (engine), porch_offer_get_peer (offer));

  self->engine = g_object_ref (engine);
  self->offer = g_object_ref (offer);
  fill (self);
  g_signal_connect_object (offer, "notify", G_CALLBACK (on_offer_notify), self, 0);
  g_signal_connect_object (porch_engine_get_trust (engine), "changed", G_CALLBACK (on_trust_changed), self, 0);
  if (peer != NULL)
    g_signal_connect_object (peer, "notify", G_CALLBACK (on_peer_notify), self, 0);
  on_offer_notify (offer, NULL, self);
  return G_DBUS_INTERFACE_SKELETON (self);
}

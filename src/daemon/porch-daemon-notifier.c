/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-notifier.h"

#include "porch-daemon-bubbles.h"
#include "porch-daemon-notice.h"
#include "porch-daemon-opener.h"
#include "porch-daemon-paths.h"
#include "porch-daemon-quiet.h"
#include "porch-daemon-strangers.h"

#include <string.h>

#define NOTIFICATIONS_NAME "org.freedesktop.Notifications"
#define TAG_STRANGERS "strangers"
#define TAG_PAIRING "pairing"
#define PAGE_TRANSFERS "transfers" /* of the window */

struct _PorchDaemonNotifier
{
  GObject parent;

  /* owned */
  GDBusConnection *bus;
  PorchEngine *engine;
  PorchDaemonSettings *settings;
  PorchDaemonBubbles *bubbles;
  PorchDaemonWatchers *watchers;
  PorchDaemonStrangers *strangers;
  PorchDaemonQuiet *quiet;
  GHashTable *offers;    /* object path → PorchOffer: incoming ones that wait for an answer */
  GHashTable *transfers; /* object path → PorchTransfer: those that we listen to */
  PorchPairing *pairing; /* (nullable) a request that is on the screen */

  guint watch_id;
  guint strangers_id;
  gboolean unseen;    /* a request came while somebody looked at the window: it is shown when that window goes */
  gboolean reachable; /* a notification daemon runs or can be started */
};

G_DEFINE_FINAL_TYPE (PorchDaemonNotifier, porch_daemon_notifier, G_TYPE_OBJECT)

static gboolean
may_show (PorchDaemonNotifier *self)
{
  return self->reachable && porch_daemon_settings_get_notifications (self->settings)
         && !porch_daemon_watchers_is_attended (self->watchers);
}

static void
show (PorchDaemonNotifier *self, PorchDaemonBubble *bubble)
{
  if (bubble != NULL && may_show (self))
    porch_daemon_bubbles_show (self->bubbles, bubble);
  else if (bubble != NULL)
    porch_daemon_bubble_free (bubble);
}

static gboolean
is_trusted (PorchDaemonNotifier *self, const PorchDeviceId *id)
{
  return porch_trust_table_get (porch_engine_get_trust (self->engine), id) == PORCH_TRUST_TRUSTED;
}

static gboolean
is_clash (PorchDaemonNotifier *self, const PorchDeviceId *id)
{
  PorchPeer *peer = porch_peer_list_lookup (porch_engine_get_peers (self->engine), id);

  return peer != NULL && porch_peer_get_name_clash (peer);
}

/* Who is shown as not the one that is trusted is not called by that name besides. */
static char *
dup_name (PorchDaemonNotifier *self, const PorchDeviceId *id)
{
  PorchPeer *peer = porch_peer_list_lookup (porch_engine_get_peers (self->engine), id);

  return peer != NULL ? g_strdup (porch_peer_get_plain_name (peer)) : porch_daemon_path_dup_peer_name (self->engine, id);
}

static gboolean
is_hidden (PorchDaemonNotifier *self)
{
  g_autoptr (GPtrArray) addresses = porch_networks_dup_addresses (porch_engine_get_networks (self->engine));

  for (guint i = 0; i < addresses->len; i++)
    if (((const PorchNetworkAddress *)g_ptr_array_index (addresses, i))->visible)
      return FALSE;
  return addresses->len > 0; /* no network at all is not hiding */
}

/* ---- Devices that are not trusted ---- */

static GHashTable *
collect_strange_offers (PorchDaemonNotifier *self)
{
  GHashTable *waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer path, offer;

  g_hash_table_iter_init (&iter, self->offers);
  while (g_hash_table_iter_next (&iter, &path, &offer))
    if (!is_trusted (self, porch_offer_get_peer (offer)) && !porch_offer_get_quiet (offer))
      g_hash_table_insert (waiting, g_strdup (path), offer);
  return waiting;
}

static guint
count_devices (GHashTable *offers)
{
  g_autoptr (GHashTable) devices = g_hash_table_new (porch_device_id_hash, porch_device_id_equal);
  GHashTableIter iter;
  gpointer offer;

  g_hash_table_iter_init (&iter, offers);
  while (g_hash_table_iter_next (&iter, NULL, &offer))
    g_hash_table_add (devices, (gpointer)porch_offer_get_peer (offer));
  return g_hash_table_size (devices);
}

static void show_offer (PorchDaemonNotifier *self, const char *tag, PorchOffer *offer);

/* A single request has its own buttons, and its own tag with them; several are answered one by one in the window. */
static void
show_strangers (PorchDaemonNotifier *self, GHashTable *waiting)
{
  GHashTableIter iter;
  gpointer path, offer;

  g_hash_table_iter_init (&iter, waiting);
  if (g_hash_table_size (waiting) == 1 && g_hash_table_iter_next (&iter, &path, &offer))
    {
      show_offer (self, path, offer);
      return;
    }
  while (g_hash_table_iter_next (&iter, &path, NULL))
    porch_daemon_bubbles_close (self->bubbles, path);
  show (self, porch_daemon_notice_strangers (TAG_STRANGERS, count_devices (waiting)));
}

static gboolean on_strangers_timeout (gpointer data);

static void
update_strangers (PorchDaemonNotifier *self)
{
  g_autoptr (GHashTable) waiting = NULL;
  gint64 wait = 0;

  g_clear_handle_id (&self->strangers_id, g_source_remove);
  if (!may_show (self) || is_hidden (self) || porch_daemon_quiet_is_wanted (self->quiet))
    return;
  waiting = collect_strange_offers (self);
  switch (porch_daemon_strangers_update (self->strangers, waiting, g_get_monotonic_time (), &wait))
    {
    case PORCH_DAEMON_STRANGERS_SHOW:
      show_strangers (self, waiting);
      break;
    case PORCH_DAEMON_STRANGERS_CLOSE:
      porch_daemon_bubbles_close (self->bubbles, TAG_STRANGERS);
      break;
    case PORCH_DAEMON_STRANGERS_NOTHING:
    default:
      break;
    }
  if (wait > 0)
    self->strangers_id = g_timeout_add ((guint)(wait / 1000) + 1, on_strangers_timeout, self);
}

static gboolean
on_strangers_timeout (gpointer data)
{
  PorchDaemonNotifier *self = data;

  self->strangers_id = 0;
  update_strangers (self);
  return G_SOURCE_REMOVE;
}

/* ---- Offers ---- */

static void
show_offer (PorchDaemonNotifier *self, const char *tag, PorchOffer *offer)
{
  const PorchDeviceId *peer = porch_offer_get_peer (offer);
  g_autofree char *name = dup_name (self, peer);

  show (self, porch_daemon_notice_offer (tag, offer, name, is_trusted (self, peer), is_clash (self, peer)));
}

/* The ten minutes after a no to this device are over. */
static void
on_offer_notify_quiet (PorchOffer *offer, GParamSpec *pspec, PorchDaemonNotifier *self)
{
  update_strangers (self);
}

static void
on_offer_notify_state (PorchOffer *offer, GParamSpec *pspec, PorchDaemonNotifier *self)
{
  g_autofree char *path = porch_daemon_path_of_offer (offer);

  if (porch_offer_get_state (offer) == PORCH_OFFER_PENDING || !g_hash_table_contains (self->offers, path))
    return;
  g_signal_handlers_disconnect_by_func (offer, on_offer_notify_state, self);
  g_signal_handlers_disconnect_by_func (offer, on_offer_notify_quiet, self);
  g_hash_table_remove (self->offers, path);
  porch_daemon_bubbles_close (self->bubbles, path);
  update_strangers (self);
}

static void
take_offer (PorchDaemonNotifier *self, PorchOffer *offer)
{
  g_autofree char *path = porch_daemon_path_of_offer (offer);

  if (!porch_offer_is_incoming (offer) || porch_offer_get_state (offer) != PORCH_OFFER_PENDING
      || g_hash_table_contains (self->offers, path))
    return;
  g_signal_connect_object (offer, "notify::state", G_CALLBACK (on_offer_notify_state), self, 0);
  g_signal_connect_object (offer, "notify::quiet", G_CALLBACK (on_offer_notify_quiet), self, 0);
  self->unseen = self->unseen || porch_daemon_watchers_is_attended (self->watchers);
  if (is_trusted (self, porch_offer_get_peer (offer)))
    show_offer (self, path, offer);
  g_hash_table_insert (self->offers, g_steal_pointer (&path), g_object_ref (offer));
}

static void
on_book_arrived (PorchOfferBook *book, PorchOffer *offer, PorchDaemonNotifier *self)
{
  take_offer (self, offer);
  update_strangers (self);
}

static void
answer_offer (PorchDaemonNotifier *self, const char *path, const char *action)
{
  PorchOfferBook *book = porch_engine_get_offers (self->engine);
  g_autoptr (PorchOffer) offer = g_hash_table_lookup (self->offers, path);
  g_autoptr (GError) error = NULL;
  gboolean done = TRUE;

  /* Answered before, here or elsewhere: a second answer does nothing. */
  if (offer == NULL)
    return;
  g_object_ref (offer);
  if (strcmp (action, PORCH_DAEMON_ACTION_ACCEPT) == 0)
    done = porch_offer_book_accept (book, offer, NULL, &error) != NULL;
  else if (strcmp (action, PORCH_DAEMON_ACTION_DECLINE) == 0)
    done = porch_offer_book_decline (book, offer, &error);
  if (!done)
    g_message ("An answer from a notification had no effect: %s", error->message);
}

/* ---- Pairing ---- */

static void
forget_pairing (PorchDaemonNotifier *self)
{
  if (self->pairing == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->pairing, self);
  g_clear_object (&self->pairing);
  porch_daemon_bubbles_close (self->bubbles, TAG_PAIRING);
}

static void
on_pairing_notify_state (PorchPairing *pairing, GParamSpec *pspec, PorchDaemonNotifier *self)
{
  PorchPairingState state = porch_pairing_get_state (pairing);

  if (state != PORCH_PAIRING_STARTING && state != PORCH_PAIRING_COMPARING)
    forget_pairing (self);
}

static void
show_pairing (PorchDaemonNotifier *self)
{
  const PorchDeviceId *peer = porch_pairing_get_peer (self->pairing);
  g_autofree char *name = dup_name (self, peer);

  show (self, porch_daemon_notice_pairing (TAG_PAIRING, name, is_clash (self, peer)));
}

static void
on_desk_request (PorchPairingDesk *desk, PorchPairing *pairing, PorchDaemonNotifier *self)
{
  forget_pairing (self);
  self->pairing = g_object_ref (pairing);
  g_signal_connect_object (pairing, "notify::state", G_CALLBACK (on_pairing_notify_state), self, 0);
  if (is_trusted (self, porch_pairing_get_peer (pairing)) || (!is_hidden (self) && !porch_daemon_quiet_is_wanted (self->quiet)))
    show_pairing (self);
}

/* ---- Transfers ---- */

static void
on_transfer_notify_state (PorchTransfer *transfer, GParamSpec *pspec, PorchDaemonNotifier *self)
{
  g_autofree char *path = porch_daemon_path_of_transfer (transfer);
  g_autofree char *name = NULL;

  if (porch_transfer_is_live (transfer))
    return;
  name = porch_daemon_path_dup_peer_name (self->engine, porch_transfer_get_peer (transfer));
  show (self, porch_daemon_notice_transfer (path, transfer, name));
}

static void
forget_missing_transfers (PorchDaemonNotifier *self)
{
  PorchTransferQueue *queue = porch_engine_get_transfers (self->engine);
  GHashTableIter iter;
  gpointer path, transfer;

  g_hash_table_iter_init (&iter, self->transfers);
  while (g_hash_table_iter_next (&iter, &path, &transfer))
    if (porch_transfer_queue_lookup (queue, porch_transfer_get_id (transfer)) != transfer)
      {
        g_signal_handlers_disconnect_by_data (transfer, self);
        porch_daemon_bubbles_close (self->bubbles, path);
        g_hash_table_iter_remove (&iter);
      }
}

static void
on_transfers_items_changed (GListModel *model, guint position, guint removed, guint added, PorchDaemonNotifier *self)
{
  if (removed > 0)
    forget_missing_transfers (self);
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (PorchTransfer) transfer = g_list_model_get_item (model, i);
      char *path = porch_daemon_path_of_transfer (transfer);

      if (g_hash_table_contains (self->transfers, path))
        {
          g_free (path);
          continue;
        }
      g_signal_connect_object (transfer, "notify::state", G_CALLBACK (on_transfer_notify_state), self, 0);
      g_hash_table_insert (self->transfers, path, g_object_ref (transfer));
    }
}

static void
answer_transfer (PorchDaemonNotifier *self, PorchTransfer *transfer, const char *action, const char *token)
{
  g_auto (GStrv) results = porch_transfer_dup_results (transfer);
  gboolean open = strcmp (action, PORCH_DAEMON_ACTION_OPEN) == 0;

  if (results == NULL || results[0] == NULL)
    porch_daemon_opener_window (self->bus, PAGE_TRANSFERS, token);
  else if (open)
    porch_daemon_opener_open (self->bus, results[0], token);
  else
    porch_daemon_opener_show (self->bus, (const char *const *)results, token);
}

/* ---- Buttons and the notification daemon ---- */

static void
on_bubble_action (const char *tag, const char *action, const char *token, gpointer data)
{
  PorchDaemonNotifier *self = data;
  PorchTransfer *transfer = g_hash_table_lookup (self->transfers, tag);
  gboolean answer = g_strcmp0 (action, PORCH_DAEMON_ACTION_ACCEPT) == 0 || g_strcmp0 (action, PORCH_DAEMON_ACTION_DECLINE) == 0;

  if (action == NULL)
    {
      /* What the bus could not start once is not tried for every notification; it may come up by itself. */
      self->reachable = FALSE;
      porch_daemon_strangers_forget (self->strangers);
    }
  else if (transfer != NULL && g_strcmp0 (action, PORCH_DAEMON_ACTION_DEFAULT) != 0)
    answer_transfer (self, transfer, action, token);
  else if (answer)
    answer_offer (self, tag, action);
  else
    porch_daemon_opener_window (self->bus, transfer != NULL ? PAGE_TRANSFERS : "", token);
}

/* What still waits is shown on a screen that has just come. */
static void
show_waiting (PorchDaemonNotifier *self)
{
  GHashTableIter iter;
  gpointer path, offer;

  g_hash_table_iter_init (&iter, self->offers);
  while (g_hash_table_iter_next (&iter, &path, &offer))
    if (is_trusted (self, porch_offer_get_peer (offer)))
      show_offer (self, path, offer);
  if (self->pairing != NULL)
    show_pairing (self);
  update_strangers (self);
}

/* What is on the screen in the window needs no second place; when the window goes, what came meanwhile does. */
static void
on_watchers_notify_attended (PorchDaemonWatchers *watchers, GParamSpec *pspec, PorchDaemonNotifier *self)
{
  GHashTableIter iter;
  gpointer path;

  if (!porch_daemon_watchers_is_attended (watchers))
    {
      if (self->unseen && !porch_daemon_watchers_is_watched (watchers))
        show_waiting (self);
      self->unseen = self->unseen && porch_daemon_watchers_is_watched (watchers);
      return;
    }
  g_hash_table_iter_init (&iter, self->offers);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    porch_daemon_bubbles_close (self->bubbles, path);
  self->unseen = self->unseen || g_hash_table_size (self->offers) > 0;
  porch_daemon_bubbles_close (self->bubbles, TAG_STRANGERS);
  porch_daemon_bubbles_close (self->bubbles, TAG_PAIRING);
  porch_daemon_strangers_forget (self->strangers);
}

static void
set_reachable (PorchDaemonNotifier *self, gboolean reachable)
{
  if (self->reachable == reachable)
    return;
  self->reachable = reachable;
  if (reachable)
    show_waiting (self);
}

static void
on_activatable_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PorchDaemonNotifier) self = data;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autofree const char **names = NULL;

  if (answer == NULL)
    return;
  g_variant_get (answer, "(^a&s)", &names);
  if (g_strv_contains (names, NOTIFICATIONS_NAME))
    set_reachable (self, TRUE);
}

static void
on_name_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  set_reachable (data, TRUE);
}

/* Perhaps the bus can start one when there is something to show. */
static void
on_name_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  PorchDaemonNotifier *self = data;

  porch_daemon_bubbles_forget (self->bubbles);
  porch_daemon_strangers_forget (self->strangers);
  self->reachable = FALSE;
  if (bus != NULL)
    g_dbus_connection_call (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                            "ListActivatableNames", NULL, G_VARIANT_TYPE ("(as)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                            on_activatable_ready, g_object_ref (self));
}

static void
on_networks_changed (PorchNetworks *networks, PorchDaemonNotifier *self)
{
  update_strangers (self);
}

static void
on_quiet_changed (gpointer data)
{
  update_strangers (data);
}

static void
porch_daemon_notifier_dispose (GObject *object)
{
  PorchDaemonNotifier *self = PORCH_DAEMON_NOTIFIER (object);

  g_clear_handle_id (&self->strangers_id, g_source_remove);
  g_clear_handle_id (&self->watch_id, g_bus_unwatch_name);
  if (self->bubbles)
    porch_daemon_bubbles_end (self->bubbles);
  g_clear_object (&self->bubbles);
  g_clear_object (&self->pairing);
  g_clear_pointer (&self->offers, g_hash_table_unref);
  g_clear_pointer (&self->transfers, g_hash_table_unref);
  g_clear_pointer (&self->quiet, porch_daemon_quiet_free);
  g_clear_pointer (&self->strangers, porch_daemon_strangers_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->watchers);
  g_clear_object (&self->engine);
  g_clear_object (&self->bus);
  G_OBJECT_CLASS (porch_daemon_notifier_parent_class)->dispose (object);
}

static void
porch_daemon_notifier_class_init (PorchDaemonNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_daemon_notifier_dispose;
}

static void
porch_daemon_notifier_init (PorchDaemonNotifier *self)
{
  self->offers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->transfers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->strangers = porch_daemon_strangers_new ();
  self->bubbles = porch_daemon_bubbles_new (on_bubble_action, self);
}

/* Requests that came before the last stop still wait. */
static void
take_open_offers (PorchDaemonNotifier *self)
{
  GListModel *book = G_LIST_MODEL (porch_engine_get_offers (self->engine));

  for (guint i = 0; i < g_list_model_get_n_items (book); i++)
    {
      g_autoptr (PorchOffer) offer = g_list_model_get_item (book, i);
      take_offer (self, offer);
    }
}

PorchDaemonNotifier *
porch_daemon_notifier_new (GDBusConnection *bus, PorchEngine *engine, PorchDaemonSettings *settings,
                           PorchDaemonWatchers *watchers)
{
  PorchDaemonNotifier *self = g_object_new (PORCH_TYPE_DAEMON_NOTIFIER, NULL);
  GListModel *transfers = G_LIST_MODEL (porch_engine_get_transfers (engine));

  self->bus = g_object_ref (bus);
  self->engine = g_object_ref (engine);
  self->settings = g_object_ref (settings);
  self->quiet = porch_daemon_quiet_new (bus, on_quiet_changed, self);
  self->watchers = g_object_ref (watchers);
  g_signal_connect_object (watchers, "notify::attended", G_CALLBACK (on_watchers_notify_attended), self, 0);
  take_open_offers (self);
  on_transfers_items_changed (transfers, 0, 0, g_list_model_get_n_items (transfers), self);
  g_signal_connect_object (porch_engine_get_offers (engine), "arrived", G_CALLBACK (on_book_arrived), self, 0);
  g_signal_connect_object (porch_engine_get_pairings (engine), "request", G_CALLBACK (on_desk_request), self, 0);
  g_signal_connect_object (porch_engine_get_networks (engine), "changed", G_CALLBACK (on_networks_changed), self, 0);
  g_signal_connect_object (transfers, "items-changed", G_CALLBACK (on_transfers_items_changed), self, 0);
  self->watch_id = g_bus_watch_name_on_connection (bus, NOTIFICATIONS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_name_appeared,
                                                   on_name_vanished, self, NULL);
  return self;
}

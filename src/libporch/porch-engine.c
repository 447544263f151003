/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-engine.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "handout/porch-handout-news.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "serve/porch-server.h"
#include "share/porch-path.h"
#include "wire/porch-limit-store.h"

/* How long leaving may take, in all: systemd would wait 90 s, a person at log-out would not. */
#define STOP_TRANSFERS_MS 3000
#define STOP_GOODBYE_MS 500
#define STOP_WAVE_MS 200
#define DEFAULT_MAX_RUNNING 3
#define DEFAULT_MAX_UPLOADS 8
/* By then those who are here have been seen (docs/DISCOVERY.md). */
#define NAME_CHECK_S 3

struct _PorchEngine {
  GObject parent;

  /* owned */
  char               *state_folder;
  char               *name;
  char               *chassis;
  char               *download_folder;
  PorchStore         *store;
  PorchIdentity      *identity;
  PorchTrustTable    *trust;
  PorchNetworks      *networks;
  PorchPeerList      *peers;
  PorchDiscovery     *discovery;
  PorchShareList     *shares;
  PorchTransferQueue *transfers;
  PorchOfferBook     *offers;
  PorchHandoutBook   *handouts;
  PorchHandoutNews   *handout_news;
  PorchPairingDesk   *pairings;
  PorchServer        *server;
  PorchLimiter       *limiter;
  PorchHoldings      *holdings;
  GStrvBuilder       *warning_builder;
  char              **warnings;

  int                lock_fd;
  guint              name_source; /* looks once whether somebody here bears our default name */
  guint16            wanted_port;
  guint              max_running;
  guint              max_uploads;
  PorchDiscoveryMode discovery_mode;
  gboolean           auto_accept_trusted;
  gboolean           trusted_only;
  gboolean           default_name;
  gboolean           loopback;
  gboolean           started;
  gboolean           held;
};

enum { PROP_0, PROP_NAME, PROP_CHASSIS, PROP_DOWNLOAD_FOLDER, PROP_AUTO_ACCEPT_TRUSTED, PROP_TRUSTED_ONLY, PROP_MAX_RUNNING, PROP_MAX_UPLOADS,
       PROP_LIMIT_UP, PROP_LIMIT_DOWN, PROP_PORT, PROP_HELD, PROP_WARNINGS, N_PROPS };

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchEngine, porch_engine, G_TYPE_OBJECT)

static void
add_warning (PorchEngine *self, char *warning)
{
  g_message ("%s", warning);
  g_strv_builder_add (self->warning_builder, warning);
  g_clear_pointer (&self->warnings, g_strfreev);
  self->warnings = g_strv_builder_end (self->warning_builder);
  for (guint i = 0; self->warnings[i]; i++)
    g_strv_builder_add (self->warning_builder, self->warnings[i]);
  g_free (warning);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WARNINGS]);
}

/* One daemon for each state folder, whatever bus it is on: the lock dies with the process. */
static gboolean
take_lock (PorchEngine *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->state_folder, "lock", NULL);

  self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("Can't write in %s: %s."), self->state_folder, g_strerror (errno));
      return FALSE;
    }
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  g_set_error (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("Porch is running already for this user (its state in %s is in use)."),
               self->state_folder);
  return FALSE;
}

static gboolean
open_state (PorchEngine *self, GError **error)
{
  g_autofree char *database = g_build_filename (self->state_folder, "porch.db", NULL);
  g_autofree char *set_aside = NULL;

  if (g_mkdir_with_parents (self->state_folder, 0700) != 0 || g_chmod (self->state_folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("Can't make the folder %s: %s."), self->state_folder, g_strerror (errno));
      return FALSE;
    }
  if (!take_lock (self, error))
    return FALSE;
  self->identity = porch_identity_load (self->state_folder, error);
  if (self->identity == NULL)
    return FALSE;
  self->store = porch_store_new (database, &set_aside, error);
  if (set_aside != NULL)
    add_warning (self, g_strdup_printf (_ ("The list of shared folders and transfers was damaged. It was moved to %s and a new one was made; "
                                           "your files and this device's key are untouched. Add your folders again."), set_aside));
  return self->store != NULL;
}

static void
publish (PorchEngine *self)
{
  guint16 port = porch_server_get_port (self->server);

  porch_peer_list_set_own (self->peers, self->name, self->chassis, port);
  porch_discovery_publish (self->discovery, porch_identity_get_id (self->identity), self->name, self->chassis, port);
}

static void
push_settings (PorchEngine *self)
{
  g_object_set (self->transfers, "max-running", self->max_running, "download-folder", self->download_folder, "name", self->name, "port",
                (guint) porch_server_get_port (self->server), NULL);
  g_object_set (self->offers, "auto-accept-trusted", self->auto_accept_trusted, "trusted-only", self->trusted_only, NULL);
  porch_server_set_uploads (self->server, self->max_uploads);
}

/* One device id for all networks: hidden on one of them, others are not told of us anywhere. */
static gboolean
is_visible_everywhere (GPtrArray *addresses)
{
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    if (!((PorchNetworkAddress *) addresses->pdata[i])->visible)
      return FALSE;
  return addresses == NULL || addresses->len > 0;
}

/* Sockets on visible addresses only, then the announcement of what listens. */
static gboolean
listen_now (PorchEngine *self, GError **error)
{
  g_autoptr (GPtrArray) addresses = self->loopback ? NULL : porch_networks_dup_addresses (self->networks);
  guint16 before = porch_server_get_port (self->server);

  porch_holdings_set_open (self->holdings, is_visible_everywhere (addresses));
  if (!porch_server_listen (self->server, addresses, self->wanted_port, error))
    return FALSE;
  if (porch_server_get_port (self->server) != before)
    {
      push_settings (self);
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PORT]);
    }
  publish (self);
  return TRUE;
}

static void
on_networks_changed (PorchNetworks *networks, PorchEngine *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->started)
    return;
  if (!listen_now (self, &error))
    add_warning (self, g_strdup_printf (_ ("Others can't reach this device: %s"), error->message));
  porch_peer_list_check_now (self->peers);
}

/* Whoever knows other devices has been seen: nothing is first about this start. */
static gboolean
knows_nobody (PorchEngine *self)
{
  g_autoptr (GPtrArray) devices = porch_trust_table_dup_all (self->trust);

  return devices->len == 0;
}

static gboolean
make_parts (PorchEngine *self, const PorchEngineOptions *options, GError **error)
{
  self->trust = porch_trust_table_new (self->store, error);
  self->networks = self->trust ? porch_networks_new (self->store, options->visibility, error) : NULL;
  self->shares = self->networks ? porch_share_list_new (self->store, self->trust, error) : NULL;
  if (self->shares == NULL)
    return FALSE;
  self->held = options->hold && knows_nobody (self) && porch_networks_hold (self->networks);
  self->peers = porch_peer_list_new (self->identity, self->trust);
  porch_peer_list_set_networks (self->peers, self->networks);
  g_signal_connect_object (self->networks, "changed", G_CALLBACK (on_networks_changed), self, 0);
  self->discovery = porch_discovery_new_held (self->discovery_mode, self->networks, self->peers);
  if (!self->held)
    porch_discovery_begin (self->discovery);
  self->pairings = porch_pairing_desk_new (self->identity, self->trust);
  self->limiter = porch_limiter_new ();
  self->holdings = porch_holdings_new ();
  return porch_limit_store_load (self->store, self->limiter, error);
}

static PorchServer *
make_server (PorchEngine *self, GError **error)
{
  g_autoptr (PorchHashBook) hashes = porch_hash_book_new (self->store);
  PorchServerParts parts = { .identity = self->identity, .trust = self->trust, .peers = self->peers, .shares = self->shares,
                             .offers = self->offers, .pairings = self->pairings, .limiter = self->limiter, .handouts = self->handouts,
                             .hashes = hashes, .holdings = self->holdings };
  PorchServer *server = porch_server_new (&parts, error);

  if (server != NULL)
    porch_server_set_label (server, self->name, self->chassis);
  return server;
}

static gboolean
make_jobs (PorchEngine *self, GError **error)
{
  self->transfers = porch_transfer_queue_new (self->store, self->identity, self->trust, self->peers, error);
  if (self->transfers == NULL)
    return FALSE;
  porch_transfer_queue_set_limiter (self->transfers, self->limiter);
  porch_transfer_queue_set_holdings (self->transfers, self->holdings);
  self->offers = porch_offer_book_new (self->transfers, self->store, self->identity, self->trust, self->peers, self->pairings,
                                       self->state_folder, error);
  if (self->offers == NULL)
    return FALSE;
  self->handouts = porch_handout_book_new (self->transfers, self->store, self->identity, self->trust, self->peers, self->state_folder,
                                           error);
  if (self->handouts == NULL)
    return FALSE;
  self->handout_news = porch_handout_news_new (self->transfers, self->identity, self->peers);
  self->server = make_server (self, error);
  if (self->server == NULL)
    return FALSE;
  push_settings (self);
  return TRUE;
}

PorchEngine *
porch_engine_new (const PorchEngineOptions *options, GError **error)
{
  g_autoptr (PorchEngine) self = g_object_new (PORCH_TYPE_ENGINE, NULL);
  g_autofree char *label = options->name ? porch_label_clean (options->name) : NULL;

  self->state_folder = g_strdup (options->state_folder);
  self->download_folder = g_strdup (options->download_folder);
  self->name = label ? g_steal_pointer (&label) : g_strdup (g_get_host_name ());
  self->chassis = g_strdup (options->chassis ? options->chassis : "other");
  self->wanted_port = options->port == G_MAXUINT16 ? 0 : options->port ? options->port : PORCH_DEFAULT_PORT;
  self->discovery_mode = options->discovery;
  self->loopback = options->loopback;
  self->default_name = options->default_name || options->name == NULL;
  if (!open_state (self, error) || !make_parts (self, options, error) || !make_jobs (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
set_name (PorchEngine *self, const char *name)
{
  g_autofree char *label = porch_label_clean (name);

  if (label == NULL || g_strcmp0 (label, self->name) == 0)
    return;
  g_free (self->name);
  self->name = g_steal_pointer (&label);
  porch_server_set_label (self->server, self->name, self->chassis);
  push_settings (self);
  if (self->started)
    publish (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
}

static gboolean
on_name_check (gpointer data)
{
  PorchEngine *self = data;
  g_autofree char *name = porch_peer_list_dup_free_name (self->peers, self->name);

  self->name_source = 0;
  set_name (self, name);
  return G_SOURCE_REMOVE;
}

gboolean
porch_engine_start (PorchEngine *self, GError **error)
{
  g_return_val_if_fail (!self->started, FALSE);
  if (self->held)
    return TRUE;
  if (!listen_now (self, error))
    return FALSE;
  self->started = TRUE;
  porch_transfer_queue_start (self->transfers);
  porch_handout_book_start (self->handouts);
  if (self->default_name)
    self->name_source = g_timeout_add_seconds (NAME_CHECK_S, on_name_check, self);
  return TRUE;
}

gboolean
porch_engine_begin (PorchEngine *self, PorchVisibility visibility, gint64 until, GError **error)
{
  g_return_val_if_fail (self->held, FALSE);
  /* Visibility first: what was chosen to be hidden never has a socket. */
  if (!porch_networks_begin (self->networks, visibility, until, error))
    return FALSE;
  self->held = FALSE;
  porch_discovery_begin (self->discovery);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HELD]);
  return porch_engine_start (self, error);
}

gboolean
porch_engine_get_held (PorchEngine *self)
{
  return self->held;
}

void
porch_engine_stop (PorchEngine *self)
{
  if (!self->started)
    return;
  self->started = FALSE;
  g_clear_handle_id (&self->name_source, g_source_remove);
  porch_handout_book_stop (self->handouts);
  porch_transfer_queue_shut_down (self->transfers, STOP_TRANSFERS_MS);
  porch_peer_list_say_goodbye (self->peers, STOP_GOODBYE_MS);
  porch_discovery_stop (self->discovery);
  porch_server_stop (self->server);
  porch_peer_list_wave (self->peers, STOP_WAVE_MS);
}

gboolean
porch_engine_set_trust (PorchEngine *self, const PorchDeviceId *id, PorchTrust trust, GError **error)
{
  if (!porch_trust_table_set (self->trust, id, trust, error))
    return FALSE;
  if (trust == PORCH_TRUST_BLOCKED)
    {
      /* At once effective: also on what runs. */
      porch_server_cut (self->server, id);
      porch_offer_book_forget_device (self->offers, id);
      porch_handout_book_forget_device (self->handouts, id);
      porch_transfer_queue_cancel_device (self->transfers, id);
    }
  return TRUE;
}

gboolean
porch_engine_forget (PorchEngine *self, PorchPeer *peer, GError **error)
{
  g_autoptr (PorchPeer) kept = g_object_ref (peer); /* the list may drop it */
  const PorchDeviceId *id = porch_peer_get_id (peer);

  /* Of one that never proved its id there is nothing to forget but where it was. */
  if (id != NULL
      && (!porch_engine_set_limit (self, id, PORCH_UP, 0, error) || !porch_engine_set_limit (self, id, PORCH_DOWN, 0, error)
          || !porch_trust_table_forget (self->trust, id, error)))
    return FALSE;
  porch_peer_list_forget (self->peers, peer);
  return TRUE;
}

PorchLimiter *
porch_engine_get_limiter (PorchEngine *self)
{
  return self->limiter;
}

gboolean
porch_engine_set_limit (PorchEngine *self, const PorchDeviceId *device, PorchDirection direction, gint64 rate, GError **error)
{
  if (rate < 0 || rate > PORCH_MAX_LIMIT)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("A limit is a number of bytes per second; 0 means none."));
      return FALSE;
    }
  porch_limiter_set (self->limiter, device, direction, rate);
  if (device != NULL)
    return porch_limit_store_save (self->store, self->limiter, device, error);
  g_object_notify_by_pspec (G_OBJECT (self), props[direction == PORCH_UP ? PROP_LIMIT_UP : PROP_LIMIT_DOWN]);
  return TRUE;
}

PorchIdentity *
porch_engine_get_identity (PorchEngine *self)
{
  return self->identity;
}

PorchStore *
porch_engine_get_store (PorchEngine *self)
{
  return self->store;
}

PorchTrustTable *
porch_engine_get_trust (PorchEngine *self)
{
  return self->trust;
}

PorchPeerList *
porch_engine_get_peers (PorchEngine *self)
{
  return self->peers;
}

PorchNetworks *
porch_engine_get_networks (PorchEngine *self)
{
  return self->networks;
}

PorchDiscovery *
porch_engine_get_discovery (PorchEngine *self)
{
  return self->discovery;
}

PorchShareList *
porch_engine_get_shares (PorchEngine *self)
{
  return self->shares;
}

PorchOfferBook *
porch_engine_get_offers (PorchEngine *self)
{
  return self->offers;
}

PorchHandoutBook *
porch_engine_get_handouts (PorchEngine *self)
{
  return self->handouts;
}

PorchTransferQueue *
porch_engine_get_transfers (PorchEngine *self)
{
  return self->transfers;
}

PorchPairingDesk *
porch_engine_get_pairings (PorchEngine *self)
{
  return self->pairings;
}

const char *
porch_engine_get_name (PorchEngine *self)
{
  return self->name;
}

const char *
porch_engine_get_chassis (PorchEngine *self)
{
  return self->chassis;
}

const char *
porch_engine_get_download_folder (PorchEngine *self)
{
  return self->download_folder;
}

gboolean
porch_engine_get_auto_accept_trusted (PorchEngine *self)
{
  return self->auto_accept_trusted;
}

gboolean
porch_engine_get_trusted_only (PorchEngine *self)
{
  return self->trusted_only;
}

guint16
porch_engine_get_port (PorchEngine *self)
{
  return porch_server_get_port (self->server);
}

const char *const *
porch_engine_get_warnings (PorchEngine *self)
{
  static const char *const none[] = { NULL };

  return self->warnings ? (const char *const *) self->warnings : none;
}

static void
porch_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PorchEngine *self = PORCH_ENGINE (object);

  switch (id)
    {
    case PROP_NAME: g_value_set_string (value, self->name); break;
    case PROP_CHASSIS: g_value_set_string (value, self->chassis); break;
    case PROP_DOWNLOAD_FOLDER: g_value_set_string (value, self->download_folder); break;
    case PROP_AUTO_ACCEPT_TRUSTED: g_value_set_boolean (value, self->auto_accept_trusted); break;
    case PROP_TRUSTED_ONLY: g_value_set_boolean (value, self->trusted_only); break;
    case PROP_MAX_RUNNING: g_value_set_uint (value, self->max_running); break;
    case PROP_MAX_UPLOADS: g_value_set_uint (value, self->max_uploads); break;
    case PROP_LIMIT_UP: g_value_set_int64 (value, porch_limiter_get (self->limiter, NULL, PORCH_UP)); break;
    case PROP_LIMIT_DOWN: g_value_set_int64 (value, porch_limiter_get (self->limiter, NULL, PORCH_DOWN)); break;
    case PROP_PORT: g_value_set_uint (value, porch_engine_get_port (self)); break;
    case PROP_HELD: g_value_set_boolean (value, self->held); break;
    case PROP_WARNINGS: g_value_set_boxed (value, porch_engine_get_warnings (self)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
porch_engine_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchEngine *self = PORCH_ENGINE (object);

  switch (id)
    {
    case PROP_NAME:
      set_name (self, g_value_get_string (value));
      return;
    case PROP_DOWNLOAD_FOLDER:
      g_free (self->download_folder);
      self->download_folder = g_value_dup_string (value);
      break;
    case PROP_AUTO_ACCEPT_TRUSTED:
      self->auto_accept_trusted = g_value_get_boolean (value);
      break;
    case PROP_TRUSTED_ONLY:
      self->trusted_only = g_value_get_boolean (value);
      break;
    case PROP_MAX_RUNNING:
      self->max_running = g_value_get_uint (value);
      break;
    case PROP_MAX_UPLOADS:
      self->max_uploads = g_value_get_uint (value);
      break;
    case PROP_LIMIT_UP:
    case PROP_LIMIT_DOWN:
      porch_engine_set_limit (self, NULL, id == PROP_LIMIT_UP ? PORCH_UP : PORCH_DOWN, g_value_get_int64 (value), NULL);
      return;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  push_settings (self);
  g_object_notify_by_pspec (object, pspec);
}

static void
porch_engine_dispose (GObject *object)
{
  PorchEngine *self = PORCH_ENGINE (object);

  porch_engine_stop (self);
  g_clear_object (&self->server);
  g_clear_pointer (&self->handout_news, porch_handout_news_free);
  if (self->handouts != NULL)
    porch_handout_book_stop (self->handouts);
  g_clear_object (&self->handouts);
  g_clear_object (&self->offers);
  g_clear_object (&self->transfers);
  g_clear_object (&self->pairings);
  g_clear_object (&self->discovery);
  g_clear_object (&self->peers);
  g_clear_object (&self->shares);
  g_clear_object (&self->networks);
  g_clear_object (&self->trust);
  g_clear_object (&self->store);
  g_clear_object (&self->identity);
  g_clear_pointer (&self->limiter, porch_limiter_unref);
  g_clear_pointer (&self->holdings, porch_holdings_unref);
  G_OBJECT_CLASS (porch_engine_parent_class)->dispose (object);
}

static void
porch_engine_finalize (GObject *object)
{
  PorchEngine *self = PORCH_ENGINE (object);

  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->state_folder);
  g_free (self->name);
  g_free (self->chassis);
  g_free (self->download_folder);
  g_strfreev (self->warnings);
  g_strv_builder_unref (self->warning_builder);
  G_OBJECT_CLASS (porch_engine_parent_class)->finalize (object);
}

static void
porch_engine_class_init (PorchEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags ro = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = porch_engine_get_property;
  object_class->set_property = porch_engine_set_property;
  object_class->dispose = porch_engine_dispose;
  object_class->finalize = porch_engine_finalize;
  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, rw);
  props[PROP_CHASSIS] = g_param_spec_string ("chassis", NULL, NULL, NULL, ro);
  props[PROP_DOWNLOAD_FOLDER] = g_param_spec_string ("download-folder", NULL, NULL, NULL, rw);
  props[PROP_TRUSTED_ONLY] = g_param_spec_boolean ("trusted-only", NULL, NULL, FALSE, rw);
  props[PROP_AUTO_ACCEPT_TRUSTED] = g_param_spec_boolean ("auto-accept-trusted", NULL, NULL, FALSE, rw);
  props[PROP_MAX_RUNNING] = g_param_spec_uint ("max-running", NULL, NULL, 1, 16, DEFAULT_MAX_RUNNING, rw);
  props[PROP_MAX_UPLOADS] = g_param_spec_uint ("max-uploads", NULL, NULL, 1, 64, DEFAULT_MAX_UPLOADS, rw);
  props[PROP_LIMIT_UP] = g_param_spec_int64 ("limit-up", NULL, NULL, 0, PORCH_MAX_LIMIT, 0, rw);
  props[PROP_LIMIT_DOWN] = g_param_spec_int64 ("limit-down", NULL, NULL, 0, PORCH_MAX_LIMIT, 0, rw);
  props[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 0, G_MAXUINT16, 0, ro);
  props[PROP_HELD] = g_param_spec_boolean ("held", NULL, NULL, FALSE, ro);
  props[PROP_WARNINGS] = g_param_spec_boxed ("warnings", NULL, NULL, G_TYPE_STRV, ro);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_engine_init (PorchEngine *self)
{
  self->lock_fd = -1;
  self->max_running = DEFAULT_MAX_RUNNING;
  self->max_uploads = DEFAULT_MAX_UPLOADS;
  self->warning_builder = g_strv_builder_new ();
}

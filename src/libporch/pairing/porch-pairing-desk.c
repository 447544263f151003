/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pairing/porch-pairing-private.h"
#include "pairing/porch-pairing-reply.h"
#include "pairing/porch-passive-desk.h"
#include "porch-error.h"
#include "wire/porch-json.h"

#define SEEN_COMMITS 64

/* One of ours is 60 s for the people and 60 s more for the second of them; the wire's numbers are in docs/PROTOCOL.md. */
static const PorchPairingTimes default_times = { .start = 15000, .decide = 60000, .alive = 10000, .hold = 25000, .again = 1000 };

struct _PorchPairingDesk {
  GObject               parent_instance;
  PorchIdentity        *identity; /* owned */
  PorchTrustTable      *trust;    /* owned */
  PorchPairingLimits   *limits;   /* owned */
  PorchPassiveDesk     *passive;  /* owned */
  PorchPairingTransport transport;
  PorchPairingTimes     times;

  PorchPairing *pairing; /* owned; (nullable): the live one, or the last */
  gboolean      shown;   /* is it in the list? A stranger's only once it has a code */
  guint         deadline;

  PorchPairingRun *run;  /* owned; we are the initiator */
  GError          *busy; /* owned; the peer is busy, maybe with asking us: what we fail with unless it does */

  /* we are the responder */
  gpointer         connection; /* compared only */
  guint8           commit[32];
  guint8           nonce[PORCH_PAIRING_NONCE];
  gboolean         own_match;
  gboolean         peer_match;
  PorchPairingHeld held; /* the peer's confirmation, until our person has decided */
  GArray          *seen; /* of 32 bytes: commitments that came lately; none is taken twice */
};

enum { SIGNAL_REQUEST, SIGNAL_PASSIVE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void porch_pairing_desk_model_init (GListModelInterface *iface);
static void on_decided (PorchPairing *pairing, gboolean match, gpointer desk);
static void on_cancelled (PorchPairing *pairing, gpointer desk);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchPairingDesk, porch_pairing_desk, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, porch_pairing_desk_model_init))

static gint64
now_seconds (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

/* ---- the list ---- */

static GType
get_item_type (GListModel *model)
{
  return PORCH_TYPE_PAIRING;
}

static guint
get_n_items (GListModel *model)
{
  return PORCH_PAIRING_DESK (model)->shown ? 1 : 0;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PorchPairingDesk *self = PORCH_PAIRING_DESK (model);

  return self->shown && position == 0 ? g_object_ref (self->pairing) : NULL;
}

static void
porch_pairing_desk_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
show (PorchPairingDesk *self)
{
  if (self->shown)
    return;
  self->shown = TRUE;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
}

static void
take_pairing (PorchPairingDesk *self, PorchPairing *pairing)
{
  g_autoptr (PorchPairing) old = g_steal_pointer (&self->pairing);
  gboolean was_shown = self->shown;

  if (old != NULL)
    porch_pairing_attach (old, NULL, NULL, NULL);
  self->pairing = pairing;
  self->shown = FALSE;
  if (was_shown)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
  if (pairing != NULL)
    porch_pairing_attach (pairing, on_decided, on_cancelled, self);
}

/* ---- how one ends ---- */

static gboolean
is_live (PorchPairingDesk *self)
{
  return self->pairing != NULL && porch_pairing_is_live (self->pairing);
}

/* A hostile device must not get to try again by merely going away; our own person's "cancel" and a peer that can't be reached are no
 * tries. */
static gboolean
counts_as_failure (PorchPairing *pairing, PorchPairingState state, const GError *error)
{
  if (state == PORCH_PAIRING_DONE)
    return FALSE;
  return state == PORCH_PAIRING_MISMATCH || !porch_pairing_is_initiator (pairing) ||
         g_error_matches (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL);
}

static void
answer_held (PorchPairingDesk *self, PorchPairingState state, const GError *error)
{
  if (state == PORCH_PAIRING_FAILED)
    porch_pairing_held_error (&self->held, PORCH_ERROR_NOT_ALLOWED, error->message);
  else
    porch_pairing_held_match (&self->held, state == PORCH_PAIRING_DONE);
}

/* Takes @error, which is there exactly for FAILED. */
static void
finish (PorchPairingDesk *self, PorchPairingState state, GError *error)
{
  PorchPairing *pairing = self->pairing;

  g_clear_handle_id (&self->deadline, g_source_remove);
  g_clear_error (&self->busy);
  if (counts_as_failure (pairing, state, error))
    porch_pairing_limits_failed (self->limits, porch_pairing_get_peer (pairing), now_seconds ());
  if (state == PORCH_PAIRING_DONE)
    porch_pairing_limits_succeeded (self->limits, porch_pairing_get_peer (pairing));
  if (state != PORCH_PAIRING_MISMATCH) /* then it still tells the other side */
    g_clear_pointer (&self->run, porch_pairing_run_drop);
  answer_held (self, state, error);
  porch_pairing_set_state (pairing, state, error);
}

static void
fail (PorchPairingDesk *self, int code, const char *message)
{
  finish (self, PORCH_PAIRING_FAILED, g_error_new_literal (PORCH_ERROR, code, message));
}

/* The guard of every pairing: both people said that the codes match, over one connection; and on disk before anybody is told. */
static void
complete (PorchPairingDesk *self)
{
  const PorchDeviceId *peer = porch_pairing_get_peer (self->pairing);
  GError              *error = NULL;

  if (!self->own_match || !self->peer_match)
    return;
  if (porch_trust_table_get (self->trust, peer) == PORCH_TRUST_BLOCKED)
    fail (self, PORCH_ERROR_NOT_ALLOWED, _ ("This device is blocked."));
  else if (!porch_trust_table_set (self->trust, peer, PORCH_TRUST_TRUSTED, &error))
    finish (self, PORCH_PAIRING_FAILED, error);
  else
    finish (self, PORCH_PAIRING_DONE, NULL);
}

static gboolean
on_deadline (gpointer data)
{
  PorchPairingDesk *self = data;

  self->deadline = 0;
  if (self->busy != NULL)
    finish (self, PORCH_PAIRING_FAILED, g_steal_pointer (&self->busy));
  else
    fail (self, PORCH_ERROR_UNREACHABLE, _ ("Nobody said in time whether the codes match. Nothing was trusted."));
  return G_SOURCE_REMOVE;
}

static void
set_deadline (PorchPairingDesk *self, guint milliseconds)
{
  g_clear_handle_id (&self->deadline, g_source_remove);
  self->deadline = g_timeout_add (milliseconds, on_deadline, self);
}

/* ---- this side's person ---- */

static void
on_decided (PorchPairing *pairing, gboolean match, gpointer desk)
{
  PorchPairingDesk *self = desk;

  if (self->run != NULL)
    porch_pairing_run_decide (self->run, match);
  if (!match)
    {
      finish (self, PORCH_PAIRING_MISMATCH, NULL);
      return;
    }
  self->own_match = TRUE;
  porch_pairing_set_state (pairing, PORCH_PAIRING_WAITING, NULL);
  if (!porch_pairing_is_initiator (pairing))
    set_deadline (self, self->times.decide);
  complete (self);
}

static void
on_cancelled (PorchPairing *pairing, gpointer desk)
{
  fail (desk, PORCH_ERROR_CANCELLED, _ ("Comparing the codes was canceled."));
}

/* ---- we are the initiator ---- */

static void
take_answer (PorchPairingDesk *self, gboolean match)
{
  if (porch_pairing_get_state (self->pairing) != PORCH_PAIRING_WAITING)
    g_clear_pointer (&self->run, porch_pairing_run_drop); /* it has told our "differs" */
  else if (match)
    {
      self->peer_match = TRUE;
      complete (self);
    }
  else
    {
      finish (self, PORCH_PAIRING_MISMATCH, NULL);
      g_clear_pointer (&self->run, porch_pairing_run_drop);
    }
}

/* Does the peer stay the initiator when both people press the button at once? The device with the smaller id does. */
static gboolean
peer_leads (PorchPairingDesk *self, const PorchDeviceId *peer)
{
  return memcmp (peer->bytes, porch_identity_get_id (self->identity)->bytes, sizeof peer->bytes) < 0;
}

static void
take_error (PorchPairingDesk *self, const GError *error)
{
  gboolean starting = porch_pairing_get_state (self->pairing) == PORCH_PAIRING_STARTING;

  g_clear_pointer (&self->run, porch_pairing_run_drop);
  if (!is_live (self))
    return;
  /* Its own request may be on the way to us: a moment, before ours has failed. */
  if (starting && g_error_matches (error, PORCH_ERROR, PORCH_ERROR_BUSY) && peer_leads (self, porch_pairing_get_peer (self->pairing)))
    {
      self->busy = g_error_copy (error);
      set_deadline (self, self->times.start / 4);
    }
  else
    finish (self, PORCH_PAIRING_FAILED, g_error_copy (error));
}

static void
on_run_event (PorchPairingRunEvent event, const char *code, gboolean match, const GError *error, gpointer data)
{
  PorchPairingDesk *self = data;

  switch (event)
    {
    case PORCH_PAIRING_RUN_CODE:
      porch_pairing_set_code (self->pairing, code);
      porch_pairing_set_state (self->pairing, PORCH_PAIRING_COMPARING, NULL);
      break;
    case PORCH_PAIRING_RUN_ANSWER:
      take_answer (self, match);
      break;
    case PORCH_PAIRING_RUN_ERROR:
    default:
      take_error (self, error);
    }
}

static gboolean
check_start (PorchPairingDesk *self, const PorchDeviceId *peer, GPtrArray *addresses, GError **error)
{
  if (porch_device_id_equal (peer, porch_identity_get_id (self->identity)))
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("This is the device that you are on."));
  else if (porch_trust_table_get (self->trust, peer) == PORCH_TRUST_BLOCKED)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED, _ ("This device is blocked. Unblock it first."));
  else if (addresses == NULL || addresses->len == 0)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_UNREACHABLE, _ ("No address of this device is known. Is it switched on?"));
  else if (is_live (self) && self->shown)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("Another code is being compared. Finish or cancel that first."));
  else
    return porch_pairing_limits_check_pause (self->limits, peer, now_seconds (), error);
  return FALSE;
}

static void
reset (PorchPairingDesk *self)
{
  g_clear_handle_id (&self->deadline, g_source_remove);
  g_clear_pointer (&self->run, porch_pairing_run_drop);
  g_clear_error (&self->busy);
  porch_pairing_held_error (&self->held, PORCH_ERROR_NOT_ALLOWED, _ ("Comparing the codes was canceled."));
  self->connection = NULL;
  self->own_match = self->peer_match = FALSE;
  explicit_bzero (self->nonce, sizeof self->nonce);
}

/**
 * porch_pairing_desk_start:
 * @peer: the device to compare a code with
 * @addresses: (element-type GInetSocketAddress): where it is
 * @error: PORCH_ERROR_BUSY, _LIMIT (too many failures), _NOT_ALLOWED (blocked), _UNREACHABLE, _INVALID
 *
 * This side's person wants to compare. When the peer began one with us already, that one is returned.
 *
 * Returns: (transfer none) (nullable)
 */
PorchPairing *
porch_pairing_desk_start (PorchPairingDesk *self, const PorchDeviceId *peer, GPtrArray *addresses, GError **error)
{
  if (is_live (self) && porch_device_id_equal (porch_pairing_get_peer (self->pairing), peer))
    {
      show (self);
      return self->pairing;
    }
  if (!check_start (self, peer, addresses, error))
    return NULL;
  if (is_live (self)) /* a stranger's that has no code yet: our own person comes first */
    fail (self, PORCH_ERROR_BUSY, _ ("Another code is being compared."));
  reset (self);
  take_pairing (self, porch_pairing_new (peer, TRUE));
  show (self);
  self->run = porch_pairing_run_new (self->identity, peer, addresses, &self->transport, &self->times, on_run_event, self);
  return self->pairing;
}

/* ---- we are the responder ---- */

static gboolean
is_from (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection)
{
  return self->pairing != NULL && !porch_pairing_is_initiator (self->pairing) && connection != NULL &&
         self->connection == connection && porch_device_id_equal (porch_pairing_get_peer (self->pairing), peer);
}

static gboolean
is_new_commit (PorchPairingDesk *self, const guint8 commit[32], GError **error)
{
  for (guint i = 0; i < self->seen->len; i++)
    if (memcmp (self->seen->data + i * 32, commit, 32) == 0)
      {
        g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("This commitment was used before."));
        return FALSE;
      }
  if (self->seen->len >= SEEN_COMMITS)
    g_array_remove_index (self->seen, 0);
  g_array_append_vals (self->seen, commit, 1);
  return TRUE;
}

static gboolean
yields_to (PorchPairingDesk *self, const PorchDeviceId *peer)
{
  return is_live (self) && porch_pairing_is_initiator (self->pairing) &&
         porch_pairing_get_state (self->pairing) == PORCH_PAIRING_STARTING &&
         porch_device_id_equal (porch_pairing_get_peer (self->pairing), peer) && peer_leads (self, peer);
}

static gboolean
admit_commit (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection, GInetAddress *address, const guint8 commit[32],
              GError **error)
{
  gboolean trusted = porch_trust_table_get (self->trust, peer) == PORCH_TRUST_TRUSTED;

  if (is_live (self) && is_from (self, peer, connection))
    {
      fail (self, PORCH_ERROR_PROTOCOL, _ ("The other device committed twice."));
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("One commitment is enough."));
      return FALSE;
    }
  if (is_live (self) && !yields_to (self, peer))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("Another code is being compared."));
      return FALSE;
    }
  return porch_pairing_limits_admit (self->limits, peer, trusted, address, now_seconds (), error) &&
         is_new_commit (self, commit, error);
}

static void
on_commit (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection, GInetAddress *address, JsonObject *body,
           PorchPairingHeld *held)
{
  guint8   commit[32], own_commit[32];
  gboolean yielding;
  GError  *error = NULL;

  if (!porch_pairing_get_hex (body, "commit", commit, &error) ||
      !admit_commit (self, peer, connection, address, commit, &error))
    {
      porch_pairing_held_answer (held, NULL, error);
      return;
    }
  yielding = yields_to (self, peer);
  reset (self);
  if (yielding)
    porch_pairing_become_responder (self->pairing);
  else
    take_pairing (self, porch_pairing_new (peer, FALSE));
  self->connection = connection;
  memcpy (self->commit, commit, sizeof self->commit);
  porch_pairing_make_nonce (self->nonce);
  porch_pairing_commitment (PORCH_PAIRING_RESPONDER, porch_identity_get_id (self->identity), peer, self->nonce, own_commit);
  set_deadline (self, self->times.start);
  porch_pairing_held_answer (held, porch_pairing_new_hex ("commit", own_commit), NULL);
}

static void
begin_comparing (PorchPairingDesk *self, const PorchDeviceId *peer, const guint8 nonce_a[PORCH_PAIRING_NONCE])
{
  g_autofree char *code = porch_pairing_make_code (peer, porch_identity_get_id (self->identity), nonce_a, self->nonce);
  gboolean         asked_by_us = self->shown;

  porch_pairing_set_code (self->pairing, code);
  porch_pairing_set_state (self->pairing, PORCH_PAIRING_COMPARING, NULL);
  set_deadline (self, self->times.decide);
  show (self);
  if (!asked_by_us)
    g_signal_emit (self, signals[SIGNAL_REQUEST], 0, self->pairing);
}

static void
on_reveal (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection, JsonObject *body, PorchPairingHeld *held)
{
  guint8  nonce_a[PORCH_PAIRING_NONCE];
  GError *error = NULL;

  if (!is_from (self, peer, connection) || !is_live (self))
    porch_pairing_held_error (held, PORCH_ERROR_PROTOCOL, _ ("Nothing was committed to on this connection."));
  else if (porch_pairing_get_state (self->pairing) != PORCH_PAIRING_STARTING ||
           !porch_pairing_get_hex (body, "nonce", nonce_a, &error) ||
           !porch_pairing_opens (PORCH_PAIRING_INITIATOR, peer, porch_identity_get_id (self->identity), self->commit, nonce_a,
                                 self->nonce))
    {
      g_clear_error (&error);
      fail (self, PORCH_ERROR_PROTOCOL, _ ("The other device broke the rules of comparing codes. Nothing was trusted."));
      porch_pairing_held_error (held, PORCH_ERROR_PROTOCOL, _ ("What was revealed is not what was committed to."));
    }
  else
    {
      porch_pairing_held_answer (held, porch_pairing_new_hex ("nonce", self->nonce), NULL);
      begin_comparing (self, peer, nonce_a);
    }
}

static void
on_confirm (PorchPairingDesk *self, const PorchDeviceId *peer, gpointer connection, JsonObject *body, PorchPairingHeld *held)
{
  PorchPairingState state = self->pairing != NULL ? porch_pairing_get_state (self->pairing) : PORCH_PAIRING_FAILED;

  if (!is_from (self, peer, connection) || state == PORCH_PAIRING_FAILED || state == PORCH_PAIRING_STARTING || self->peer_match)
    porch_pairing_held_error (held, PORCH_ERROR_NOT_ALLOWED, _ ("No code is being compared on this connection."));
  else if (state == PORCH_PAIRING_MISMATCH)
    porch_pairing_held_match (held, FALSE);
  else
    {
      self->held = porch_pairing_held_steal (held);
      if (!porch_json_get_bool_or (body, "match", FALSE))
        {
          finish (self, PORCH_PAIRING_MISMATCH, NULL);
          return;
        }
      self->peer_match = TRUE;
      set_deadline (self, self->times.decide);
      complete (self);
    }
}

/**
 * porch_pairing_desk_request:
 * @route: which of the three
 * @peer: whose key the TLS session proved
 * @connection: names the TLS connection; compared, never used
 * @address: (nullable): where the peer is
 * @body: (nullable): the request's JSON
 * @reply: called exactly once
 */
void
porch_pairing_desk_request (PorchPairingDesk *self, PorchPairingRoute route, const PorchDeviceId *peer, gpointer connection,
                            GInetAddress *address, JsonObject *body, PorchPairingReply reply, gpointer data,
                            GDestroyNotify free_data)
{
  PorchPairingHeld held = { reply, data, free_data };

  if (porch_trust_table_get (self->trust, peer) == PORCH_TRUST_BLOCKED)
    porch_pairing_held_error (&held, PORCH_ERROR_NOT_ALLOWED, _ ("This device is blocked."));
  else if (body == NULL)
    porch_pairing_held_error (&held, PORCH_ERROR_PROTOCOL, _ ("The message is empty."));
  else if (route == PORCH_PAIRING_COMMIT && porch_json_get_bool_or (body, "passive", FALSE))
    porch_passive_desk_on_commit (self->passive, peer, connection, address, body, &held);
  else if (route == PORCH_PAIRING_COMMIT)
    on_commit (self, peer, connection, address, body, &held);
  else if (route == PORCH_PAIRING_REVEAL && porch_passive_desk_owns_reveal (self->passive, peer, connection))
    porch_passive_desk_on_reveal (self->passive, peer, connection, body, &held);
  else if (route == PORCH_PAIRING_REVEAL)
    on_reveal (self, peer, connection, body, &held);
  else if (json_object_has_member (body, "pair"))
    porch_passive_desk_on_confirm (self->passive, peer, body, &held);
  else
    on_confirm (self, peer, connection, body, &held);
}

void
porch_pairing_desk_on_closed (PorchPairingDesk *self, gpointer connection)
{
  porch_passive_desk_on_closed (self->passive, connection);
  if (connection == NULL || self->connection != connection)
    return;
  self->connection = NULL;
  if (is_live (self))
    fail (self, PORCH_ERROR_UNREACHABLE, _ ("The other device gave up comparing, or its connection was lost. Nothing was trusted."));
}

/* ---- codes in passing ---- */

static void
tell_passive (const PorchDeviceId *peer, const char *tag, PorchPairingState state, gpointer data)
{
  PorchDeviceId copy = *peer;

  g_signal_emit (data, signals[SIGNAL_PASSIVE], 0, &copy, tag, (int) state);
}

gboolean
porch_pairing_desk_run_passive_over (PorchPairingDesk *self, const PorchPairingTransport *transport, gpointer link,
                                     const PorchDeviceId *peer, char **tag, char **code, GCancellable *cancellable, GError **error)
{
  return porch_passive_desk_run (self->passive, transport, link, peer, tag, code, cancellable, error);
}

gboolean
porch_pairing_desk_run_passive (PorchPairingDesk *self, PorchClient *client, const PorchDeviceId *peer, char **tag, char **code,
                                GCancellable *cancellable, GError **error)
{
  g_autoptr (GInetSocketAddress) address = NULL;
  GPtrArray *addresses;

  if (!porch_passive_desk_run (self->passive, &porch_pairing_client_transport, client, peer, tag, code, cancellable, error))
    return FALSE;
  address = *tag != NULL ? porch_client_dup_proved_address (client) : NULL;
  if (address != NULL)
    {
      addresses = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (addresses, g_steal_pointer (&address));
      porch_passive_desk_note_addresses (self->passive, peer, addresses);
    }
  return TRUE;
}

char *
porch_pairing_desk_dup_passive_code (PorchPairingDesk *self, const PorchDeviceId *peer, const char *tag)
{
  return porch_passive_desk_dup_code (self->passive, peer, tag);
}

gboolean
porch_pairing_desk_confirm_passive (PorchPairingDesk *self, const PorchDeviceId *peer, const char *tag, gboolean match,
                                    GPtrArray *addresses, GError **error)
{
  return porch_passive_desk_confirm (self->passive, peer, tag, match, addresses, error);
}

/* ---- the object ---- */

/* Blocked while a code is compared: at once effective. */
static void
on_trust_changed (PorchTrustTable *trust, const PorchDeviceId *id, gpointer data)
{
  PorchPairingDesk *self = data;

  if (is_live (self) && porch_device_id_equal (porch_pairing_get_peer (self->pairing), id) &&
      porch_trust_table_get (trust, id) == PORCH_TRUST_BLOCKED)
    fail (self, PORCH_ERROR_NOT_ALLOWED, _ ("This device is blocked."));
}

static void
porch_pairing_desk_dispose (GObject *object)
{
  PorchPairingDesk *self = PORCH_PAIRING_DESK (object);

  if (is_live (self))
    fail (self, PORCH_ERROR_CANCELLED, _ ("Comparing the codes was canceled."));
  reset (self);
  if (self->pairing != NULL)
    porch_pairing_attach (self->pairing, NULL, NULL, NULL);
  G_OBJECT_CLASS (porch_pairing_desk_parent_class)->dispose (object);
}

static void
porch_pairing_desk_finalize (GObject *object)
{
  PorchPairingDesk *self = PORCH_PAIRING_DESK (object);

  g_clear_pointer (&self->passive, porch_passive_desk_free);
  g_clear_pointer (&self->limits, porch_pairing_limits_free);
  g_clear_object (&self->pairing);
  g_clear_object (&self->identity);
  g_clear_object (&self->trust);
  g_array_unref (self->seen);
  G_OBJECT_CLASS (porch_pairing_desk_parent_class)->finalize (object);
}

static void
porch_pairing_desk_class_init (PorchPairingDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = porch_pairing_desk_dispose;
  object_class->finalize = porch_pairing_desk_finalize;

  /**
   * PorchPairingDesk::request:
   * @pairing: what a peer began; its code can be compared now
   */
  signals[SIGNAL_REQUEST] = g_signal_new ("request", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                          1, PORCH_TYPE_PAIRING);
  /**
   * PorchPairingDesk::passive:
   * @peer: (type PorchDeviceId): with whom
   * @tag: which session
   * @state: (type PorchPairingState): WAITING, DONE, MISMATCH, FAILED
   */
  signals[SIGNAL_PASSIVE] = g_signal_new ("passive", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                          3, PORCH_TYPE_DEVICE_ID | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_STRING, G_TYPE_INT);
}

static void
porch_pairing_desk_init (PorchPairingDesk *self)
{
  self->limits = porch_pairing_limits_new ();
  self->seen = g_array_new (FALSE, FALSE, 32);
}

PorchPairingDesk *
porch_pairing_desk_new (PorchIdentity *identity, PorchTrustTable *trust)
{
  PorchPairingDesk *self = g_object_new (PORCH_TYPE_PAIRING_DESK, NULL);

  self->identity = g_object_ref (identity);
  self->trust = g_object_ref (trust);
  self->passive = porch_passive_desk_new (identity, trust, self->limits, tell_passive, self);
  porch_pairing_desk_set_transport (self, &porch_pairing_client_transport, &default_times);
  g_signal_connect_object (trust, "changed", G_CALLBACK (on_trust_changed), self, 0);
  return self;
}

void
porch_pairing_desk_set_transport (PorchPairingDesk *self, const PorchPairingTransport *transport, const PorchPairingTimes *times)
{
  self->transport = *transport;
  self->times = *times;
  porch_passive_desk_set_transport (self->passive, transport, times);
}

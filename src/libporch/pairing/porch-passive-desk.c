/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "pairing/porch-passive-desk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "pairing/porch-passive-ask.h"
#include "porch-error.h"
#include "wire/porch-json.h"

/* A confirmation of the other side that waits for our person. */
typedef struct {
  PorchPassiveDesk *desk; /* borrowed; it owns this */
  PorchDeviceId     peer;
  char              tag[PORCH_PAIRING_TAG + 1];
  PorchPairingHeld  held;
  guint             source;
} Waiting;

struct _PorchPassiveDesk {
  PorchIdentity        *identity; /* owned */
  PorchTrustTable      *trust;    /* owned */
  PorchPairingLimits   *limits;   /* borrowed */
  PorchPassiveTable    *table;    /* owned */
  PorchPairingTransport transport;
  PorchPairingTimes     times;
  PorchPassiveTell      tell;
  gpointer              data;
  GPtrArray            *waiting; /* owned; of Waiting */
  GPtrArray            *asks;    /* owned; of PorchPassiveAsk */
  GMutex                lock;
  GHashTable           *addresses; /* guarded by lock; PorchDeviceId → GPtrArray of GInetSocketAddress: where sessions were made */
};

static gint64
now_seconds (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

static void
waiting_free (gpointer data)
{
  Waiting *self = data;

  g_clear_handle_id (&self->source, g_source_remove);
  porch_pairing_held_error (&self->held, PORCH_ERROR_NOT_ALLOWED, _ ("The other device is leaving."));
  g_free (self);
}

PorchPassiveDesk *
porch_passive_desk_new (PorchIdentity *identity, PorchTrustTable *trust, PorchPairingLimits *limits, PorchPassiveTell tell,
                        gpointer data)
{
  PorchPassiveDesk *self = g_new0 (PorchPassiveDesk, 1);

  self->identity = g_object_ref (identity);
  self->trust = g_object_ref (trust);
  self->limits = limits;
  self->table = porch_passive_table_new ();
  self->tell = tell;
  self->data = data;
  self->waiting = g_ptr_array_new_with_free_func (waiting_free);
  self->asks = g_ptr_array_new_with_free_func (porch_passive_ask_drop);
  g_mutex_init (&self->lock);
  self->addresses = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return self;
}

void
porch_passive_desk_free (PorchPassiveDesk *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->asks);
  g_ptr_array_unref (self->waiting);
  g_hash_table_unref (self->addresses);
  g_mutex_clear (&self->lock);
  porch_passive_table_free (self->table);
  g_object_unref (self->identity);
  g_object_unref (self->trust);
  g_free (self);
}

void
porch_passive_desk_set_transport (PorchPassiveDesk *self, const PorchPairingTransport *transport, const PorchPairingTimes *times)
{
  self->transport = *transport;
  self->times = *times;
}

static void
fill_session (PorchPassive *session, gboolean initiator, const PorchDeviceId *own, const PorchDeviceId *peer, const guint8 *nonce_a,
              const guint8 *nonce_b)
{
  const PorchDeviceId *a = initiator ? own : peer;
  const PorchDeviceId *b = initiator ? peer : own;
  g_autofree char     *tag = porch_pairing_make_tag (a, b, nonce_a, nonce_b);
  g_autofree char     *code = porch_pairing_make_code (a, b, nonce_a, nonce_b);

  memset (session, 0, sizeof *session);
  session->peer = *peer;
  session->initiator = initiator;
  session->created = now_seconds ();
  g_strlcpy (session->tag, tag, sizeof session->tag);
  g_strlcpy (session->code, code, sizeof session->code);
}

static JsonObject *
new_tag (const char *tag)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "pair", tag);
  return object;
}

/* ---- the responder ---- */

/* TRUE when there is something better to answer than a new session. */
static gboolean
answer_known (PorchPassiveDesk *self, const PorchDeviceId *peer, JsonObject *body, gboolean trusted, PorchPairingHeld *held)
{
  const char  *tag = porch_json_get_optional_string (body, "pair", PORCH_PAIRING_TAG, NULL);
  JsonObject  *answer;
  PorchPassive session;

  if (trusted && porch_json_get_bool_or (body, "trusted", FALSE))
    {
      answer = json_object_new ();
      json_object_set_boolean_member (answer, "trusted", TRUE);
    }
  else if (tag != NULL && porch_passive_table_lookup (self->table, peer, tag, now_seconds (), &session) &&
           porch_passive_is_open (&session))
    answer = new_tag (tag);
  else
    return FALSE;
  porch_pairing_held_answer (held, answer, NULL);
  return TRUE;
}

void
porch_passive_desk_on_commit (PorchPassiveDesk *self, const PorchDeviceId *peer, gpointer connection, GInetAddress *address,
                              JsonObject *body, PorchPairingHeld *held)
{
  gboolean trusted = porch_trust_table_get (self->trust, peer) == PORCH_TRUST_TRUSTED;
  guint8   commit[32], own_commit[32], nonce[PORCH_PAIRING_NONCE];
  GError  *error = NULL;

  if (answer_known (self, peer, body, trusted, held))
    return;
  if (!porch_pairing_get_hex (body, "commit", commit, &error) ||
      !porch_pairing_limits_admit_passive (self->limits, peer, trusted, address, now_seconds (), &error))
    {
      porch_pairing_held_answer (held, NULL, error);
      return;
    }
  porch_pairing_make_nonce (nonce);
  porch_pairing_commitment (PORCH_PAIRING_RESPONDER, porch_identity_get_id (self->identity), peer, nonce, own_commit);
  porch_passive_table_commit (self->table, peer, connection, commit, nonce, now_seconds ());
  porch_pairing_held_answer (held, porch_pairing_new_hex ("commit", own_commit), NULL);
}

gboolean
porch_passive_desk_owns_reveal (PorchPassiveDesk *self, const PorchDeviceId *peer, gpointer connection)
{
  return porch_passive_table_has_commit (self->table, peer, connection);
}

void
porch_passive_desk_on_reveal (PorchPassiveDesk *self, const PorchDeviceId *peer, gpointer connection, JsonObject *body,
                              PorchPairingHeld *held)
{
  const PorchDeviceId *own = porch_identity_get_id (self->identity);
  guint8               commit[32], nonce_a[PORCH_PAIRING_NONCE], nonce_b[PORCH_PAIRING_NONCE];
  g_autoptr (GArray) dropped = g_array_new (FALSE, FALSE, sizeof (PorchPassive));
  PorchPassive session;

  if (!porch_passive_table_take (self->table, peer, connection, commit, nonce_b, now_seconds ()) ||
      !porch_pairing_get_hex (body, "nonce", nonce_a, NULL) ||
      !porch_pairing_opens (PORCH_PAIRING_INITIATOR, peer, own, commit, nonce_a, nonce_b))
    {
      porch_pairing_limits_failed (self->limits, peer, now_seconds ());
      porch_pairing_held_error (held, PORCH_ERROR_PROTOCOL, _ ("What was revealed is not what was committed to."));
      return;
    }
  fill_session (&session, FALSE, own, peer, nonce_a, nonce_b);
  porch_passive_table_add (self->table, &session, dropped);
  porch_pairing_held_answer (held, porch_pairing_new_hex ("nonce", nonce_b), NULL);
  for (guint i = 0; i < dropped->len; i++)
    {
      const PorchPassive *gone = &g_array_index (dropped, PorchPassive, i);

      self->tell (&gone->peer, gone->tag, PORCH_PAIRING_FAILED, self->data);
    }
}

/* Everything that waits for this session gets its answer. */
static void
release (PorchPassiveDesk *self, const PorchDeviceId *peer, const char *tag, gboolean match, GError *error)
{
  for (guint i = self->waiting->len; i > 0; i--)
    {
      Waiting *waiting = self->waiting->pdata[i - 1];

      if (!porch_device_id_equal (&waiting->peer, peer) || strcmp (waiting->tag, tag) != 0)
        continue;
      if (error != NULL)
        porch_pairing_held_answer (&waiting->held, NULL, g_error_copy (error));
      else
        porch_pairing_held_match (&waiting->held, match);
      g_ptr_array_remove_index (self->waiting, i - 1);
    }
}

static void
expire (Waiting *waiting)
{
  JsonObject *answer = json_object_new ();

  json_object_set_boolean_member (answer, "pending", TRUE);
  porch_pairing_held_answer (&waiting->held, answer, NULL);
  g_ptr_array_remove (waiting->desk->waiting, waiting);
}

static gboolean
on_held_long_enough (gpointer data)
{
  Waiting *waiting = data;

  waiting->source = 0;
  expire (waiting);
  return G_SOURCE_REMOVE;
}

static void
hold (PorchPassiveDesk *self, const PorchDeviceId *peer, const char *tag, PorchPairingHeld *held)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  /* One for each device: an older request is of no use any more. */
  for (guint i = self->waiting->len; i > 0; i--)
    if (porch_device_id_equal (&((Waiting *) self->waiting->pdata[i - 1])->peer, peer))
      expire (self->waiting->pdata[i - 1]);
  waiting->desk = self;
  waiting->peer = *peer;
  g_strlcpy (waiting->tag, tag, sizeof waiting->tag);
  waiting->held = porch_pairing_held_steal (held);
  waiting->source = g_timeout_add (self->times.hold, on_held_long_enough, waiting);
  g_ptr_array_add (self->waiting, waiting);
}

/* Both people said that it matches: the one place where a code in passing becomes trust. On disk before anybody is told. */
static gboolean
complete (PorchPassiveDesk *self, const PorchPassive *session, GError **error)
{
  if (session->own != PORCH_PASSIVE_MATCHES || session->other != PORCH_PASSIVE_MATCHES ||
      porch_trust_table_get (self->trust, &session->peer) == PORCH_TRUST_BLOCKED)
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED, _ ("Not both people said that the codes match."));
      return FALSE;
    }
  if (!porch_trust_table_set (self->trust, &session->peer, PORCH_TRUST_TRUSTED, error))
    return FALSE;
  porch_pairing_limits_succeeded (self->limits, &session->peer);
  return TRUE;
}

static void
end (PorchPassiveDesk *self, const PorchPassive *session, PorchPairingState state)
{
  if (state == PORCH_PAIRING_MISMATCH)
    porch_pairing_limits_failed (self->limits, &session->peer, now_seconds ());
  self->tell (&session->peer, session->tag, state, self->data);
}

/* Our person and the other's have both said something; the answer to a confirmation is @match or an error. */
static void
settle (PorchPassiveDesk *self, const PorchPassive *session)
{
  g_autoptr (GError) error = NULL;
  PorchPassive copy = *session;

  if (copy.own == PORCH_PASSIVE_DIFFERS || copy.other == PORCH_PASSIVE_DIFFERS)
    {
      release (self, &copy.peer, copy.tag, FALSE, NULL);
      end (self, &copy, PORCH_PAIRING_MISMATCH);
    }
  else if (complete (self, &copy, &error))
    {
      release (self, &copy.peer, copy.tag, TRUE, NULL);
      end (self, &copy, PORCH_PAIRING_DONE);
    }
  else
    {
      porch_passive_table_remove (self->table, &copy.peer, copy.tag);
      release (self, &copy.peer, copy.tag, FALSE, error);
      end (self, &copy, PORCH_PAIRING_FAILED);
    }
}

/* Something that was said before, said again: the answer may have been lost. */
static gboolean
answer_again (const PorchPassive *session, PorchPairingHeld *held)
{
  if (porch_passive_is_open (session))
    return FALSE;
  porch_pairing_held_match (held, session->own == PORCH_PASSIVE_MATCHES && session->other == PORCH_PASSIVE_MATCHES);
  return TRUE;
}

void
porch_passive_desk_on_confirm (PorchPassiveDesk *self, const PorchDeviceId *peer, JsonObject *body, PorchPairingHeld *held)
{
  const char      *tag = porch_json_get_optional_string (body, "pair", PORCH_PAIRING_TAG, NULL);
  PorchPassiveWord word = porch_json_get_bool_or (body, "match", FALSE) ? PORCH_PASSIVE_MATCHES : PORCH_PASSIVE_DIFFERS;
  PorchPassive     session;

  if (tag == NULL || !porch_passive_table_lookup (self->table, peer, tag, now_seconds (), &session) || session.initiator)
    {
      porch_pairing_held_error (held, PORCH_ERROR_NOT_FOUND, _ ("No such code is being compared."));
      return;
    }
  if (answer_again (&session, held))
    return;
  if (!porch_passive_table_say (self->table, peer, tag, FALSE, word, now_seconds (), &session))
    {
      porch_pairing_held_error (held, PORCH_ERROR_PROTOCOL, _ ("It was said otherwise before."));
      return;
    }
  hold (self, peer, session.tag, held);
  if (!porch_passive_is_open (&session))
    settle (self, &session);
}

void
porch_passive_desk_on_closed (PorchPassiveDesk *self, gpointer connection)
{
  porch_passive_table_closed (self->table, connection);
}

/* ---- the initiator ---- */

/* What goes along with our commitment: whether we trust the peer, and a session that may still be alive there. */
static JsonObject *
make_extra (PorchPassiveDesk *self, const PorchDeviceId *peer, const PorchPassive *known)
{
  JsonObject *extra = json_object_new ();

  json_object_set_boolean_member (extra, "passive", TRUE);
  json_object_set_boolean_member (extra, "trusted", porch_trust_table_get (self->trust, peer) == PORCH_TRUST_TRUSTED);
  if (known != NULL)
    json_object_set_string_member (extra, "pair", known->tag);
  return extra;
}

static void
give (const PorchPassive *session, char **tag, char **code)
{
  *tag = g_strdup (session->tag);
  *code = g_strdup (session->code);
}

/* The peer wants no new session: it trusts us as we trust it, or it still has the one that we named. */
static gboolean
take_other (JsonObject *other, const PorchPassive *known, char **tag, char **code, GError **error)
{
  const char *said = porch_json_get_optional_string (other, "pair", PORCH_PAIRING_TAG, NULL);

  if (known != NULL && said != NULL && strcmp (said, known->tag) == 0)
    {
      give (known, tag, code);
      return TRUE;
    }
  if (porch_json_get_bool_or (other, "trusted", FALSE))
    return TRUE;
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, _ ("The other device broke the rules of comparing codes."));
  return FALSE;
}

static gboolean
run_once (PorchPassiveDesk *self, const PorchPairingTransport *transport, gpointer link, const PorchDeviceId *peer, char **tag,
          char **code, GCancellable *cancellable, GError **error)
{
  const PorchDeviceId *own = porch_identity_get_id (self->identity);
  guint8               nonce_a[PORCH_PAIRING_NONCE], nonce_b[PORCH_PAIRING_NONCE];
  PorchPassive         known, session;
  gboolean             has_known = porch_passive_table_find (self->table, peer, now_seconds (), &known);
  g_autoptr (JsonObject) extra = make_extra (self, peer, has_known ? &known : NULL);
  g_autoptr (JsonObject) other = NULL;

  if (!porch_pairing_handshake (transport, link, own, peer, extra, nonce_a, nonce_b, &other, cancellable, error))
    return FALSE;
  if (other != NULL)
    return take_other (other, has_known ? &known : NULL, tag, code, error);
  fill_session (&session, TRUE, own, peer, nonce_a, nonce_b);
  porch_passive_table_add (self->table, &session, NULL);
  give (&session, tag, code);
  return TRUE;
}

/* The offer is worth more than its code: what only concerns the code is no error of the offer. */
static gboolean
is_about_code (const GError *error)
{
  return error->domain == PORCH_ERROR && (error->code == PORCH_ERROR_BUSY || error->code == PORCH_ERROR_LIMIT ||
                                          error->code == PORCH_ERROR_NOT_FOUND || error->code == PORCH_ERROR_PROTOCOL);
}

gboolean
porch_passive_desk_run (PorchPassiveDesk *self, const PorchPairingTransport *transport, gpointer link, const PorchDeviceId *peer,
                        char **tag, char **code, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  *tag = *code = NULL;
  if (run_once (self, transport, link, peer, tag, code, cancellable, &local))
    return TRUE;
  /* The connection may have been made anew between the two requests: once more. */
  if (g_error_matches (local, PORCH_ERROR, PORCH_ERROR_PROTOCOL))
    {
      g_clear_error (&local);
      if (run_once (self, transport, link, peer, tag, code, cancellable, &local))
        return TRUE;
    }
  if (is_about_code (local))
    {
      g_debug ("No code with this offer: %s", local->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

void
porch_passive_desk_note_addresses (PorchPassiveDesk *self, const PorchDeviceId *peer, GPtrArray *addresses)
{
  g_mutex_lock (&self->lock);
  g_hash_table_replace (self->addresses, porch_device_id_copy (peer), addresses);
  g_mutex_unlock (&self->lock);
}

static GPtrArray *
dup_addresses (PorchPassiveDesk *self, const PorchDeviceId *peer)
{
  GPtrArray *found;

  g_mutex_lock (&self->lock);
  found = g_hash_table_lookup (self->addresses, peer);
  found = found != NULL ? g_ptr_array_ref (found) : g_ptr_array_new ();
  g_mutex_unlock (&self->lock);
  return found;
}

char *
porch_passive_desk_dup_code (PorchPassiveDesk *self, const PorchDeviceId *peer, const char *tag)
{
  PorchPassive session;

  if (tag == NULL || !porch_passive_table_lookup (self->table, peer, tag, now_seconds (), &session) || !porch_passive_is_open (&session))
    return NULL;
  return g_strdup (session.code);
}

/* ---- this side's person ---- */

static void
on_asked (PorchPassiveAsk *ask, PorchPassiveAnswer answer, gpointer data)
{
  PorchPassiveDesk *self = data;
  PorchDeviceId     peer = *porch_passive_ask_get_peer (ask);
  g_autofree char  *tag = g_strdup (porch_passive_ask_get_tag (ask));
  PorchPassiveWord  word = answer == PORCH_PASSIVE_ANSWER_MATCH ? PORCH_PASSIVE_MATCHES : PORCH_PASSIVE_DIFFERS;
  PorchPassive      session;

  g_ptr_array_remove (self->asks, ask);
  if (!porch_passive_table_lookup (self->table, &peer, tag, now_seconds (), &session) || !porch_passive_is_open (&session))
    return; /* our "differs" was told; all was said before */
  if (answer == PORCH_PASSIVE_ANSWER_GONE)
    {
      porch_passive_table_remove (self->table, &peer, tag);
      end (self, &session, PORCH_PAIRING_FAILED);
    }
  else if (porch_passive_table_say (self->table, &peer, tag, FALSE, word, now_seconds (), &session))
    settle (self, &session);
}

static void
ask (PorchPassiveDesk *self, const PorchPassive *session, gboolean match, GPtrArray *addresses)
{
  g_autoptr (GPtrArray) known = dup_addresses (self, &session->peer);
  GPtrArray *where = addresses != NULL && addresses->len > 0 ? addresses : known;

  g_ptr_array_add (self->asks, porch_passive_ask_new (self->identity, session, match, where, &self->transport, &self->times, on_asked,
                                                      self));
}

static gboolean
is_asking (PorchPassiveDesk *self, const PorchPassive *session)
{
  for (guint i = 0; i < self->asks->len; i++)
    if (strcmp (porch_passive_ask_get_tag (self->asks->pdata[i]), session->tag) == 0)
      return TRUE;
  return FALSE;
}

gboolean
porch_passive_desk_confirm (PorchPassiveDesk *self, const PorchDeviceId *peer, const char *tag, gboolean match, GPtrArray *addresses,
                            GError **error)
{
  PorchPassive     session;
  PorchPassiveWord word = match ? PORCH_PASSIVE_MATCHES : PORCH_PASSIVE_DIFFERS;

  if (tag == NULL || !porch_passive_table_lookup (self->table, peer, tag, now_seconds (), &session) || !porch_passive_is_open (&session) ||
      !porch_passive_table_say (self->table, peer, tag, TRUE, word, now_seconds (), &session))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_GONE, _ ("This code is no longer being compared. Start comparing a new one."));
      return FALSE;
    }
  if (session.initiator && !is_asking (self, &session))
    ask (self, &session, match, addresses);
  if (porch_passive_is_open (&session))
    self->tell (&session.peer, session.tag, PORCH_PAIRING_WAITING, self->data);
  else
    settle (self, &session);
  return TRUE;
}

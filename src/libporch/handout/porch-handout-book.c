/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "handout/porch-handout-book.h"

#include "handout/porch-handout-private.h"
#include "handout/porch-handout-store.h"
#include "handout/porch-handout-tries.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "porch-pool.h"
#include "share/porch-path.h"
#include "transfer/porch-manifest.h"
#include "transfer/porch-offer-private.h"
#include "transfer/porch-offer-tree.h"
#include "wire/porch-json.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <string.h>

#define LOOK_MS 1000
#define FIRST_NUMBER 100000 /* none begins with a zero: people leave it away */
#define NUMBERS 900000

struct _PorchHandoutBook
{
  GObject parent_instance;

  /* owned */
  PorchTransferQueue *queue;
  PorchStore *store;
  PorchIdentity *identity;
  PorchTrustTable *trust;
  PorchPeerList *peers;
  char *folder;
  GPtrArray *all; /* of PorchHandout, oldest first */
  PorchHandoutTries *tries;
  GCancellable *cancellable;

  guint look_id;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchHandoutBook, porch_handout_book, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* ---- The model ---- */

static GType
get_item_type (GListModel *model)
{
  return PORCH_TYPE_HANDOUT;
}

static guint
get_n_items (GListModel *model)
{
  return PORCH_HANDOUT_BOOK (model)->all->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  PorchHandoutBook *self = PORCH_HANDOUT_BOOK (model);

  return position < self->all->len ? g_object_ref (g_ptr_array_index (self->all, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

PorchHandout *
porch_handout_book_lookup (PorchHandoutBook *self, const char *id)
{
  for (guint i = 0; i < self->all->len; i++)
    if (g_str_equal (porch_handout_get_id (g_ptr_array_index (self->all, i)), id))
      return g_ptr_array_index (self->all, i);
  return NULL;
}

static char *
dup_manifest_path (PorchHandoutBook *self, const char *id)
{
  g_autofree char *name = g_strconcat (id, ".manifest", NULL);

  return g_build_filename (self->folder, name, NULL);
}

static void
save (PorchHandoutBook *self, PorchHandout *handout)
{
  g_autoptr (GError) error = NULL;

  if (!porch_handout_store_save (self->store, handout, &error))
    g_warning ("What became of a hand-out could not be written down: %s", error->message);
}

/* ---- How far they are ---- */

static void
on_joiner_moved (PorchHandout *handout, PorchJoiner *joiner, gpointer data)
{
  porch_handout_store_save_joiner (((PorchHandoutBook *)data)->store, handout, joiner);
}

/* TRUE while it is worth looking again. */
static gboolean
look (PorchHandoutBook *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean again = FALSE;

  for (guint i = 0; i < self->all->len; i++)
    {
      PorchHandout *handout = g_ptr_array_index (self->all, i);

      if (porch_handout_get_state (handout) == PORCH_HANDOUT_OPEN)
        again = porch_handout_update (handout, now, on_joiner_moved, self) || again;
    }
  return again;
}

static gboolean
on_look (gpointer data)
{
  PorchHandoutBook *self = data;

  if (look (self))
    return G_SOURCE_CONTINUE;
  self->look_id = 0;
  return G_SOURCE_REMOVE;
}

/* An idle daemon sleeps: somebody looks only while a joiner is on the way. */
static void
look_from_now_on (PorchHandoutBook *self)
{
  if (self->look_id == 0 && !g_cancellable_is_cancelled (self->cancellable))
    self->look_id = g_timeout_add (LOOK_MS, on_look, self);
}

/* ---- Opening ---- */

typedef struct
{
  PorchHandout *handout; /* owned */
  char *path;
  char **names, **locals;
  guint8 secret[32];
  guint left_out;
  PorchPrepared *prepared;
} Preparation;

static void
preparation_free (gpointer data)
{
  Preparation *preparation = data;

  g_object_unref (preparation->handout);
  g_free (preparation->path);
  g_strfreev (preparation->names);
  g_strfreev (preparation->locals);
  porch_prepared_free (preparation->prepared);
  g_free (preparation);
}

static void
count_left_out (const char *name, gpointer data)
{
  ((Preparation *)data)->left_out++;
}

/* In the pool. */
static void
run_preparation (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Preparation *preparation = data;
  GError *error = NULL;

  preparation->prepared
      = porch_manifest_write (preparation->path, preparation->secret, (const char *const *)preparation->names,
                              (const char *const *)preparation->locals, count_left_out, preparation, cancellable, &error);
  if (preparation->prepared != NULL && preparation->prepared->names->len == 0)
    error
        = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_GONE, _ ("Nothing of it can be read, so there is nothing to hand out"));
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
take_prepared (PorchHandoutBook *self, Preparation *preparation)
{
  PorchPrepared *prepared = preparation->prepared;
  PorchHandout *handout = preparation->handout;

  g_ptr_array_add (prepared->names, NULL);
  porch_handout_take_offer (handout,
                            porch_offer_new_outgoing (porch_identity_get_id (self->identity), porch_handout_get_id (handout),
                                                      PORCH_OFFER_FILES, prepared->files, prepared->bytes,
                                                      (const char *const *)prepared->names->pdata, prepared->digest, NULL));
  if (preparation->left_out > 0)
    {
      g_autofree char *words = g_strdup_printf (
          ngettext ("%u item can't be read, or its name can't be sent. It is left out.",
                    "%u items can't be read, or their names can't be sent. They are left out.", preparation->left_out),
          preparation->left_out);

      porch_handout_set_problem (handout, words);
    }
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  PorchHandoutBook *self = PORCH_HANDOUT_BOOK (source);
  Preparation *preparation = g_task_get_task_data (G_TASK (result));
  PorchHandout *handout = preparation->handout;
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  /* The end of the program leaves it as it is; its person may have ended it. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || porch_handout_get_state (handout) != PORCH_HANDOUT_PREPARING)
    {
      if (porch_handout_get_state (handout) != PORCH_HANDOUT_PREPARING)
        g_unlink (preparation->path);
      return;
    }
  if (done)
    take_prepared (self, preparation);
  else
    {
      porch_handout_set_problem (handout, error->message);
      g_unlink (preparation->path);
    }
  porch_handout_set_state (handout, done ? PORCH_HANDOUT_OPEN : PORCH_HANDOUT_FAILED);
  save (self, handout);
}

static void
prepare (PorchHandoutBook *self, PorchHandout *handout)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_prepared, NULL);
  Preparation *preparation = g_new0 (Preparation, 1);

  preparation->handout = g_object_ref (handout);
  preparation->path = dup_manifest_path (self, porch_handout_get_id (handout));
  preparation->names = g_strdupv ((char **)porch_handout_get_names (handout));
  preparation->locals = g_strdupv ((char **)porch_handout_get_locals (handout));
  memcpy (preparation->secret, porch_identity_get_secret (self->identity), sizeof preparation->secret);
  g_task_set_source_tag (task, prepare);
  g_task_set_task_data (task, preparation, preparation_free);
  porch_pool_run_task (task, run_preparation);
}

static void
fill_random (guint8 *bytes, gsize length)
{
  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, length) != 0)
    g_error ("No random numbers");
}

static gboolean
is_number_taken (PorchHandoutBook *self, const char *number)
{
  for (guint i = 0; i < self->all->len; i++)
    if (g_str_equal (porch_handout_get_number (g_ptr_array_index (self->all, i)), number))
      return TRUE;
  return FALSE;
}

static char *
dup_new_number (PorchHandoutBook *self)
{
  char *number = NULL;

  do
    {
      guint32 random;

      g_free (number);
      do
        fill_random ((guint8 *)&random, sizeof random);
      while (random >= G_MAXUINT32 - G_MAXUINT32 % NUMBERS);
      number = g_strdup_printf ("%06u", FIRST_NUMBER + random % NUMBERS);
    }
  while (is_number_taken (self, number));
  return number;
}

static guint
count_open (PorchHandoutBook *self)
{
  guint count = 0;

  for (guint i = 0; i < self->all->len; i++)
    count += porch_handout_get_state (g_ptr_array_index (self->all, i)) <= PORCH_HANDOUT_OPEN;
  return count;
}

static char *
dup_title (const char *title, char **names)
{
  char *label = title && *title ? porch_label_clean (title) : NULL;

  if (label == NULL)
    label = porch_label_clean (names[0]);
  return label ? label : g_strdup (_ ("Files"));
}

static PorchHandout *
new_handout (PorchHandoutBook *self, const char *title, char **names, char **locals)
{
  guint8 random[16];
  g_autofree char *id = NULL;
  g_autofree char *number = dup_new_number (self);
  g_autofree char *label = dup_title (title, names);
  PorchHandout *handout;

  fill_random (random, sizeof random);
  id = porch_hex_encode (random, sizeof random);
  handout = porch_handout_new (id, number, label, PORCH_HANDOUT_PREPARING, g_get_real_time () / G_USEC_PER_SEC);
  porch_handout_set_items (handout, (const char *const *)names, (const char *const *)locals);
  return handout;
}

PorchHandout *
porch_handout_book_open (PorchHandoutBook *self, const char *title, const char *const *paths, GError **error)
{
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) locals = NULL;
  g_autoptr (PorchHandout) handout = NULL;

  if (paths == NULL || paths[0] == NULL)
    g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_INVALID, _ ("There is nothing to hand out. Choose files or folders."));
  else if (count_open (self) >= PORCH_MAX_HANDOUTS)
    g_set_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT, _ ("%d things are handed out already. End one of them first."),
                 PORCH_MAX_HANDOUTS);
  else if (porch_offer_tree_name (paths, &names, &locals, error))
    handout = new_handout (self, title, names, locals);
  if (handout == NULL || !porch_handout_store_insert (self->store, handout, error))
    return NULL;
  g_ptr_array_add (self->all, g_object_ref (handout));
  g_list_model_items_changed (G_LIST_MODEL (self), self->all->len - 1, 0, 1);
  prepare (self, handout);
  return handout;
}

/* ---- Ending ---- */

void
porch_handout_book_end (PorchHandoutBook *self, PorchHandout *handout)
{
  g_autofree char *manifest = dup_manifest_path (self, porch_handout_get_id (handout));
  GPtrArray *joiners = porch_handout_get_joiners (handout);
  gint64 now = g_get_monotonic_time ();

  if (porch_handout_get_state (handout) > PORCH_HANDOUT_OPEN)
    return;
  for (guint i = 0; i < joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (joiners, i);

      if (joiner->said != PORCH_JOINER_DONE)
        joiner->said = PORCH_JOINER_LEFT;
    }
  porch_handout_update (handout, now, on_joiner_moved, self);
  porch_handout_set_state (handout, PORCH_HANDOUT_ENDED);
  g_unlink (manifest);
  save (self, handout);
}

gboolean
porch_handout_book_clear (PorchHandoutBook *self, PorchHandout *handout, GError **error)
{
  guint position;

  if (porch_handout_get_state (handout) <= PORCH_HANDOUT_OPEN)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_BUSY, _ ("“%s” is still handed out. End it first."),
                   porch_handout_get_title (handout));
      return FALSE;
    }
  if (!porch_handout_store_delete (self->store, handout, error))
    return FALSE;
  if (g_ptr_array_find (self->all, handout, &position))
    {
      g_ptr_array_remove_index (self->all, position);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
    }
  return TRUE;
}

GPtrArray *
porch_handout_book_send_again (PorchHandoutBook *self, PorchHandout *handout, GError **error)
{
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *batch = g_uuid_string_random ();
  GPtrArray *joiners = porch_handout_get_joiners (handout);

  for (guint i = 0; i < joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (joiners, i);
      PorchTransfer *transfer;

      if (joiner->state != PORCH_JOINER_LEFT)
        continue;
      transfer
          = porch_transfer_queue_send_one_of (self->queue, &joiner->id, porch_handout_get_locals (handout), NULL, batch, error);
      if (transfer == NULL)
        return NULL;
      g_ptr_array_add (transfers, g_object_ref (transfer));
    }
  if (transfers->len > 0)
    return g_steal_pointer (&transfers);
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, _ ("Everybody who joined has it, or is getting it."));
  return NULL;
}

void
porch_handout_book_forget_device (PorchHandoutBook *self, const PorchDeviceId *device)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      PorchHandout *handout = g_ptr_array_index (self->all, i);
      PorchJoiner *joiner = porch_handout_find_joiner (handout, device);

      if (joiner == NULL)
        continue;
      porch_handout_store_delete_joiner (self->store, handout, joiner);
      porch_handout_remove_joiner (handout, joiner);
      porch_handout_changed (handout);
    }
}

/* ---- What others ask ---- */

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND, "no such hand-out");
  return FALSE;
}

/* All are looked at, whichever it is. */
static PorchHandout *
find_number (PorchHandoutBook *self, const char *number)
{
  PorchHandout *found = NULL;

  for (guint i = 0; number != NULL && i < self->all->len; i++)
    {
      PorchHandout *handout = g_ptr_array_index (self->all, i);

      if (porch_handout_get_state (handout) == PORCH_HANDOUT_OPEN && strcmp (porch_handout_get_number (handout), number) == 0)
        found = handout;
    }
  return found;
}

static gboolean
has_joined_any (PorchHandoutBook *self, const PorchDeviceId *device)
{
  for (guint i = 0; i < self->all->len; i++)
    if (porch_handout_find_joiner (g_ptr_array_index (self->all, i), device) != NULL)
      return TRUE;
  return FALSE;
}

/* Whoever joined and never took anything gives way to who comes now. */
static gboolean
make_room (PorchHandoutBook *self, PorchHandout *handout, const char *address, gboolean trusted)
{
  GPtrArray *joiners = porch_handout_get_joiners (handout);
  PorchJoiner *idle = NULL;
  guint same = 0;

  for (guint i = 0; i < joiners->len; i++)
    {
      PorchJoiner *joiner = g_ptr_array_index (joiners, i);

      same += strcmp (joiner->address, address) == 0;
      if (idle == NULL && joiner->state == PORCH_JOINER_LEFT && joiner->done == 0)
        idle = joiner;
    }
  if (!trusted && same >= PORCH_MAX_JOINERS_PER_ADDRESS)
    return FALSE;
  if (joiners->len < PORCH_MAX_JOINERS)
    return TRUE;
  if (idle == NULL)
    return FALSE;
  porch_handout_store_delete_joiner (self->store, handout, idle);
  porch_handout_remove_joiner (handout, idle);
  return TRUE;
}

/* Its name as the list of peers shows it, where an impostor's says so. */
static const char *
name_of (PorchHandoutBook *self, const PorchDeviceId *device, JsonObject *body)
{
  const char *stated = porch_json_get_optional_string (body, "name", PORCH_MAX_LABEL, NULL);
  PorchPeer *peer;

  if (stated != NULL && !porch_label_check (stated, NULL))
    stated = NULL;
  peer = porch_peer_list_proved (self->peers, device, stated, NULL, NULL, 0);
  return peer ? porch_peer_get_name (peer) : stated ? stated : "";
}

static gboolean
let_in (PorchHandoutBook *self, PorchHandout *handout, const PorchDeviceId *device, const char *address, gboolean trusted,
        JsonObject *body, GError **error)
{
  PorchJoiner *joiner = porch_handout_find_joiner (handout, device);
  gint64 now = g_get_monotonic_time ();

  if (joiner == NULL)
    {
      if (!make_room (self, handout, address, trusted))
        {
          g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, "too many have joined");
          return FALSE;
        }
      joiner = porch_joiner_new (device, name_of (self, device, body), address, now);
      porch_handout_add_joiner (handout, joiner);
    }
  else
    {
      g_free (joiner->name);
      joiner->name = g_strdup (name_of (self, device, body));
      joiner->heard = now;
      if (joiner->said == PORCH_JOINER_LEFT)
        joiner->said = PORCH_JOINER_WAITING;
    }
  porch_joiner_update (joiner, porch_offer_get_bytes (porch_handout_get_offer (handout)), now);
  porch_handout_store_save_joiner (self->store, handout, joiner);
  porch_handout_changed (handout);
  look_from_now_on (self);
  return TRUE;
}

JsonObject *
porch_handout_book_join (PorchHandoutBook *self, const PorchDeviceId *device, GInetAddress *address, JsonObject *body,
                         GError **error)
{
  const char *number = porch_json_get_optional_string (body, "number", PORCH_HANDOUT_DIGITS, NULL);
  g_autofree char *from = address ? g_inet_address_to_string (address) : g_strdup ("");
  gboolean trusted = porch_trust_table_get (self->trust, device) == PORCH_TRUST_TRUSTED;
  gboolean familiar = trusted || has_joined_any (self, device);
  gint64 now = g_get_monotonic_time () / G_USEC_PER_SEC;
  PorchHandout *handout;

  if (!porch_handout_tries_may (self->tries, device, familiar, from, now))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_BUSY, "too many tries");
      return NULL;
    }
  handout = find_number (self, number);
  if (handout == NULL)
    {
      porch_handout_tries_wrong (self->tries, device, familiar, from, now);
      refuse (error);
      return NULL;
    }
  return let_in (self, handout, device, from, trusted, body, error) ? porch_handout_describe (handout) : NULL;
}

/* (nullable) the open hand-out, if this device has joined it. */
static PorchHandout *
find_joined (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, PorchJoiner **joiner, GError **error)
{
  PorchHandout *handout = porch_handout_book_lookup (self, id);

  *joiner
      = handout && porch_handout_get_state (handout) == PORCH_HANDOUT_OPEN ? porch_handout_find_joiner (handout, device) : NULL;
  if (*joiner != NULL && porch_trust_table_get (self->trust, device) != PORCH_TRUST_BLOCKED)
    return handout;
  refuse (error);
  return NULL;
}

gboolean
porch_handout_book_report (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, JsonObject *body,
                           GError **error)
{
  PorchJoiner *joiner;
  PorchHandout *handout = find_joined (self, device, id, &joiner, error);
  const char *word = porch_json_get_optional_string (body, "state", 16, NULL);
  PorchJoinerState state;
  gint64 now = g_get_monotonic_time ();

  if (handout == NULL)
    return FALSE;
  if (!porch_joiner_state_from_string (word, &state))
    {
      g_set_error_literal (error, PORCH_ERROR, PORCH_ERROR_PROTOCOL, "state");
      return FALSE;
    }
  porch_joiner_says (joiner, state, porch_json_get_int_or (body, "done", 0, G_MAXINT64, 0),
                     porch_json_get_int_or (body, "missing", 0, G_MAXINT64, 0), now);
  /* Another state is seen at once; how far it is with the next look. */
  if (state != joiner->state)
    look (self);
  look_from_now_on (self);
  return TRUE;
}

PorchTree *
porch_handout_book_open_tree (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, GError **error)
{
  PorchJoiner *joiner;
  PorchHandout *handout = find_joined (self, device, id, &joiner, error);

  if (handout == NULL)
    return NULL;
  return porch_offer_tree_open (porch_identity_get_secret (self->identity), porch_handout_get_names (handout),
                                porch_handout_get_locals (handout), error);
}

PorchFlow *
porch_handout_book_open_manifest (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, GError **error)
{
  PorchJoiner *joiner;
  g_autofree char *path = NULL;

  if (find_joined (self, device, id, &joiner, error) == NULL)
    return NULL;
  path = dup_manifest_path (self, id);
  return porch_offer_tree_stream_manifest (path, error);
}

gboolean
porch_handout_book_may_take (PorchHandoutBook *self, const PorchDeviceId *device, const char *id)
{
  PorchJoiner *joiner;

  return find_joined (self, device, id, &joiner, NULL) != NULL;
}

gboolean
porch_handout_book_served (PorchHandoutBook *self, const PorchDeviceId *device, const char *id, gsize bytes)
{
  PorchJoiner *joiner;

  if (find_joined (self, device, id, &joiner, NULL) == NULL)
    return FALSE;
  porch_joiner_served (joiner, (gint64)bytes, g_get_monotonic_time ());
  look_from_now_on (self);
  return TRUE;
}

/* ---- The object ---- */

/* A preparation that runs holds a reference, so being let go of is not the end. */
void
porch_handout_book_stop (PorchHandoutBook *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look_id, g_source_remove);
}

static void
porch_handout_book_dispose (GObject *object)
{
  porch_handout_book_stop (PORCH_HANDOUT_BOOK (object));
  G_OBJECT_CLASS (porch_handout_book_parent_class)->dispose (object);
}

static void
porch_handout_book_finalize (GObject *object)
{
  PorchHandoutBook *self = PORCH_HANDOUT_BOOK (object);

  g_clear_object (&self->queue);
  g_clear_object (&self->store);
  g_clear_object (&self->identity);
  g_clear_object (&self->trust);
  g_clear_object (&self->peers);
  g_free (self->folder);
  g_ptr_array_unref (self->all);
  porch_handout_tries_free (self->tries);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (porch_handout_book_parent_class)->finalize (object);
}

static void
porch_handout_book_class_init (PorchHandoutBookClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = porch_handout_book_dispose;
  G_OBJECT_CLASS (klass)->finalize = porch_handout_book_finalize;
}

static void
porch_handout_book_init (PorchHandoutBook *self)
{
  self->all = g_ptr_array_new_with_free_func (g_object_unref);
  self->tries = porch_handout_tries_new ();
  self->cancellable = g_cancellable_new ();
}

void
porch_handout_book_start (PorchHandoutBook *self)
{
  gboolean open = FALSE;

  for (guint i = 0; i < self->all->len; i++)
    {
      PorchHandout *handout = g_ptr_array_index (self->all, i);

      if (porch_handout_get_state (handout) == PORCH_HANDOUT_PREPARING)
        prepare (self, handout);
      open = open || porch_handout_get_state (handout) == PORCH_HANDOUT_OPEN;
    }
  if (open)
    look_from_now_on (self);
}

PorchHandoutBook *
porch_handout_book_new (PorchTransferQueue *queue, PorchStore *store, PorchIdentity *identity, PorchTrustTable *trust,
                        PorchPeerList *peers, const char *state_folder, GError **error)
{
  g_autoptr (PorchHandoutBook) self = g_object_new (PORCH_TYPE_HANDOUT_BOOK, NULL);
  GPtrArray *all;

  self->queue = g_object_ref (queue);
  self->store = g_object_ref (store);
  self->identity = g_object_ref (identity);
  self->trust = g_object_ref (trust);
  self->peers = g_object_ref (peers);
  self->folder = g_build_filename (state_folder, "handouts", NULL);
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      g_set_error (error, PORCH_ERROR, PORCH_ERROR_STORE, _ ("The folder “%s” can't be made"), self->folder);
      return NULL;
    }
  all = porch_handout_store_load (store, porch_identity_get_id (identity), error);
  if (all == NULL)
    return NULL;
  g_ptr_array_unref (self->all);
  self->all = all;
  return g_steal_pointer (&self);
}

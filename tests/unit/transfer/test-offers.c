/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The book of offers as the server calls it: limits, what may be said in which order, one answer for one offer. S12, S13. */
#include "config.h"

#include "porch-error.h"
#include "porch-limits.h"
#include "test-names.h"
#include "test-tree.h"
#include "transfer/porch-offer-book.h"
#include "transfer/porch-offer-limits.h"
#include "transfer/porch-offer-silence.h"
#include "transfer/porch-offer-tree.h"
#include "transfer/porch-transfer-private.h"
#include "wire/porch-json.h"

#include <string.h>

typedef struct {
  char               *state, *downloads;
  PorchStore         *store;
  PorchIdentity      *identity;
  PorchTrustTable    *trust;
  PorchPeerList      *peers;
  PorchTransferQueue *queue;
  PorchOfferBook     *book;
  guint               arrived, touched;
} Fixture;

static void
on_arrived (PorchOfferBook *book, PorchOffer *offer, Fixture *f)
{
  f->arrived++;
}

static void
on_touched (PorchOfferBook *book, PorchOffer *offer, Fixture *f)
{
  f->touched++;
}

static void
open_book (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->peers = porch_peer_list_new (f->identity, f->trust);
  f->queue = porch_transfer_queue_new (f->store, f->identity, f->trust, f->peers, &error);
  g_assert_no_error (error);
  g_object_set (f->queue, "download-folder", f->downloads, "port", 4000, NULL);
  f->book = porch_offer_book_new (f->queue, f->store, f->identity, f->trust, f->peers, NULL, f->state, &error);
  g_assert_no_error (error);
  g_signal_connect (f->book, "arrived", G_CALLBACK (on_arrived), f);
  g_signal_connect (f->book, "touched", G_CALLBACK (on_touched), f);
}

static void
close_book (Fixture *f)
{
  porch_transfer_queue_shut_down (f->queue, 5000);
  g_clear_object (&f->book);
  g_clear_object (&f->queue);
  g_clear_object (&f->peers);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  memset (f, 0, sizeof *f);
  f->state = test_tree_new ();
  f->downloads = test_tree_new ();
  path = g_build_filename (f->state, "state.db", NULL);
  f->store = porch_store_new (path, NULL, &error);
  g_assert_no_error (error);
  f->identity = porch_identity_load (f->state, &error);
  g_assert_no_error (error);
  f->trust = porch_trust_table_new (f->store, &error);
  g_assert_no_error (error);
  open_book (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_book (f);
  g_clear_object (&f->trust);
  g_clear_object (&f->identity);
  g_clear_object (&f->store);
  test_tree_remove (f->state);
  test_tree_remove (f->downloads);
}

static PorchDeviceId
device (guint8 number)
{
  PorchDeviceId id = { { number, 1, 2 } };

  return id;
}

static JsonObject *
files_offer (guint number, gint64 bytes)
{
  g_autofree char *text
      = g_strdup_printf ("{\"id\":\"%032x\",\"kind\":\"files\",\"files\":1,\"bytes\":%" G_GINT64_FORMAT ",\"names\":[\"photo.jpg\"],"
                         "\"digest\":\"%064x\",\"port\":5000}", number, bytes, 7);
  g_autoptr (GError) error = NULL;
  JsonObject *body = porch_json_parse (text, strlen (text), PORCH_MAX_OFFER_BODY, &error);

  g_assert_no_error (error);
  return body;
}

static PorchOffer *
receive_from (Fixture *f, guint8 who, const char *address, JsonObject *taken, GError **error)
{
  PorchDeviceId peer = device (who);
  g_autoptr (GInetAddress) from = g_inet_address_new_from_string (address);
  g_autoptr (JsonObject) body = taken;
  gboolean existed;

  return porch_offer_book_receive (f->book, &peer, from, body, &existed, error);
}

static void
trust (Fixture *f, guint8 who, PorchTrust trust)
{
  PorchDeviceId peer = device (who);
  g_autoptr (GError) error = NULL;

  porch_trust_table_set (f->trust, &peer, trust, &error);
  g_assert_no_error (error);
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error));
  g_assert_null (receive_from (f, 1, "192.168.1.2", files_offer (4, 10), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&error);
  /* Other keys from the same address. */
  for (guint8 who = 2; who < 4; who++)
    g_assert_nonnull (receive_from (f, who, "192.168.1.1", files_offer (4, 10), &error));
  g_assert_null (receive_from (f, 4, "192.168.1.1", files_offer (4, 10), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&error);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.168.2.%u", i);

      g_assert_nonnull (receive_from (f, (guint8) (10 + i), address, files_offer (i, 10), &error));
    }
  g_assert_null (receive_from (f, 100, "192.168.3.1", files_offer (4, 10), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_clear_error (&error);
  /* Somebody who is trusted is not kept out by strangers. */
  trust (f, 101, PORCH_TRUST_TRUSTED);
  for (guint i = 0; i < 20; i++)
    g_assert_nonnull (receive_from (f, 101, "192.168.1.1", files_offer (i, 10), &error));
  g_assert_cmpuint (f->arrived, ==, 25);
  /* Blocked: not at all. */
  trust (f, 102, PORCH_TRUST_BLOCKED);
  g_assert_null (receive_from (f, 102, "192.168.4.1", files_offer (4, 10), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_ALLOWED);
}

static void
test_same_id (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchOffer *offer = receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error);

  g_assert_true (receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error) == offer);
  g_assert_null (receive_from (f, 1, "192.168.1.1", files_offer (1, 11), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_EXISTS);
  g_clear_error (&error);
  /* An id is the other device's word: two devices may say the same. */
  g_assert_true (receive_from (f, 2, "192.168.1.2", files_offer (1, 11), &error) != offer);
  g_assert_no_error (error);
  g_assert_cmpuint (f->arrived, ==, 2);
}

static void
test_accept_one (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchOffer *one, *two;

  trust (f, 1, PORCH_TRUST_TRUSTED);
  one = receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error);
  two = receive_from (f, 1, "192.168.1.1", files_offer (2, 10), &error);
  PorchTransfer *transfer = porch_offer_book_accept (f->book, one, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (porch_offer_get_state (one), ==, PORCH_OFFER_ACCEPTED);
  g_assert_cmpint (porch_offer_get_state (two), ==, PORCH_OFFER_PENDING);
  g_assert_cmpstr (porch_offer_get_transfer (one), ==, porch_transfer_get_id (transfer));
  g_assert_null (porch_offer_get_transfer (two));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, 1);
  /* Late and repeated answers do nothing. */
  g_assert_null (porch_offer_book_accept (f->book, one, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_false (porch_offer_book_decline (f->book, one, &error));
  g_clear_error (&error);
  g_assert_true (porch_offer_book_decline (f->book, two, &error));
  g_assert_null (porch_offer_book_accept (f->book, two, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, 1);
  g_assert_cmpint (porch_offer_get_state (one), ==, PORCH_OFFER_ACCEPTED);
}

static void
test_withdraw (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchDeviceId peer = device (1), other = device (2);
  PorchOffer *one = receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error);
  PorchTransfer *transfer = porch_offer_book_accept (f->book, one, NULL, &error);
  g_autofree char *id = g_strdup (porch_offer_get_id (one));

  /* Only by who made it. */
  g_assert_false (porch_offer_book_withdraw (f->book, &other, id));
  g_assert_cmpint (porch_offer_get_state (one), ==, PORCH_OFFER_ACCEPTED);
  g_assert_true (porch_offer_book_withdraw (f->book, &peer, id));
  g_assert_cmpint (porch_transfer_get_state (transfer), ==, PORCH_TRANSFER_FAILED);
  g_assert_null (porch_offer_book_lookup (f->book, &peer, id, TRUE));
  /* Asking and taking back leaves nothing behind. */
  for (guint i = 0; i < 100; i++)
    {
      PorchOffer *offer = receive_from (f, 1, "192.168.1.1", files_offer (100 + i, 10), &error);
      g_autofree char *again = NULL;

      g_assert_no_error (error);
      again = g_strdup (porch_offer_get_id (offer));
      g_assert_true (porch_offer_book_withdraw (f->book, &peer, again));
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->book)), ==, 0);
}

static void
test_text (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  static const char text[] = "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"text\",\"files\":0,\"bytes\":0,\"names\":[],"
                             "\"text\":\"https://example.org\\nhello\"}";
  JsonObject *body = porch_json_parse (text, strlen (text), PORCH_MAX_OFFER_BODY, &error);
  PorchOffer *offer = receive_from (f, 1, "192.168.1.1", body, &error);
  g_autoptr (JsonObject) status = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (porch_offer_get_text (offer), ==, "https://example.org\nhello");
  status = porch_offer_book_status (f->book, offer, -1);
  g_assert_cmpstr (json_object_get_string_member (status, "state"), ==, "done");
  g_assert_null (porch_offer_book_accept (f->book, offer, NULL, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_false (porch_offer_book_clear (f->book, offer, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_true (porch_offer_book_decline (f->book, offer, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, 0);
}

/* A text that was read is found again, also after a restart, until it is taken off the list. */
static void
test_read_text (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchDeviceId peer = device (1);
  static const char id[] = "000102030405060708090a0b0c0d0e0f";
  static const char text[]
      = "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"text\",\"files\":0,\"bytes\":0,\"names\":[],"
        "\"text\":\"hello\"}";
  JsonObject *body = porch_json_parse (text, strlen (text), PORCH_MAX_OFFER_BODY, &error);
  PorchOffer *offer = receive_from (f, 1, "192.168.1.1", body, &error);
  PorchOffer *declined = receive_from (f, 2, "192.168.1.2", files_offer (2, 10), &error);

  g_assert_true (porch_offer_book_decline (f->book, offer, &error));
  g_assert_true (porch_offer_book_decline (f->book, declined, &error));
  g_assert_false (porch_offer_book_clear (f->book, declined, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_BUSY);
  g_clear_error (&error);
  for (int i = 0; i < 2; i++)
    {
      close_book (f);
      open_book (f);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->book)), ==, 1);
      offer = porch_offer_book_lookup (f->book, &peer, id, TRUE);
      g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_DONE);
      g_assert_cmpstr (porch_offer_get_text (offer), ==, "hello");
    }
  g_assert_true (porch_offer_book_clear (f->book, offer, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->book)), ==, 0);
  close_book (f);
  open_book (f);
  g_assert_null (porch_offer_book_lookup (f->book, &peer, id, TRUE));
}

/* What is said of several things: by their names, without opening them. */
static void
test_titles (Fixture *f, gconstpointer data)
{
  PorchDeviceId peer = device (1);
  static const char *const downloads[][4] = { { "a.jpg", "b/c.PNG", "d.webp", NULL },
                                              { "a.mkv", "b.mp4", NULL },
                                              { "a.jpg", "b.mp4", NULL },
                                              { "Holiday", "Harz", NULL },
                                              { "b/c.jpg", NULL } };
  static const char *const titles[] = { "3 photos", "2 videos", "2 items", "2 items", "c.jpg" };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      PorchTransfer *transfer = porch_transfer_queue_download (f->queue, &peer, "1", "Films", downloads[i], NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (porch_transfer_get_title (transfer), ==, titles[i]);
      g_assert_null (porch_transfer_get_text (transfer));
      porch_transfer_cancel (transfer);
    }
}

static void
on_queue_items_changed (GListModel *queue, guint position, guint removed, guint added, char **text)
{
  g_autoptr (PorchTransfer) transfer = added > 0 ? g_list_model_get_item (queue, position) : NULL;

  if (transfer != NULL)
    *text = g_strdup (porch_transfer_get_text (transfer));
}

static void
test_text_is_kept (Fixture *f, gconstpointer data)
{
  PorchDeviceId peer = device (1);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL, *seen = NULL;
  PorchTransfer *transfer;

  g_signal_connect (f->queue, "items-changed", G_CALLBACK (on_queue_items_changed), &seen);
  transfer = porch_transfer_queue_send (f->queue, &peer, NULL, "See you\nat eight", &error);
  g_assert_no_error (error);
  g_signal_handlers_disconnect_by_func (f->queue, on_queue_items_changed, &seen);
  g_assert_cmpstr (seen, ==, "See you\nat eight"); /* as soon as it is told of */
  g_assert_cmpstr (porch_transfer_get_text (transfer), ==, "See you\nat eight");
  id = g_strdup (porch_transfer_get_id (transfer));
  porch_transfer_cancel (transfer);
  close_book (f);
  open_book (f);
  g_assert_cmpstr (porch_transfer_get_text (porch_transfer_queue_lookup (f->queue, id)), ==, "See you\nat eight");
}

static void
test_status (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchOffer *offer = receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error);
  g_autoptr (JsonObject) first = porch_offer_book_status (f->book, offer, -1);
  gint64 serial = json_object_get_int_member (first, "serial");
  g_autoptr (JsonObject) second = NULL;

  g_assert_null (porch_offer_book_status (f->book, offer, serial));
  g_assert_true (porch_offer_book_decline (f->book, offer, &error));
  g_assert_cmpuint (f->touched, >, 0);
  second = porch_offer_book_status (f->book, offer, serial);
  g_assert_cmpstr (json_object_get_string_member (second, "state"), ==, "declined");
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchDeviceId peer = device (1), other = device (2);
  PorchOffer *offer = receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error);
  PorchOffer *declined = receive_from (f, 2, "192.168.1.2", files_offer (2, 10), &error);
  g_autofree char *id = g_strdup (porch_offer_get_id (offer));
  g_autofree char *no = g_strdup (porch_offer_get_id (declined));

  g_assert_true (porch_offer_book_decline (f->book, declined, &error));
  close_book (f);
  open_book (f);
  offer = porch_offer_book_lookup (f->book, &peer, id, TRUE);
  g_assert_nonnull (offer);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
  g_assert_cmpstr (porch_offer_get_names (offer)[0], ==, "photo.jpg");
  /* Its sender can still learn what became of it; people see it no more. */
  declined = porch_offer_book_lookup (f->book, &other, no, TRUE);
  g_assert_cmpint (porch_offer_get_state (declined), ==, PORCH_OFFER_DECLINED);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->book)), ==, 1);
  g_assert_nonnull (porch_offer_book_accept (f->book, offer, NULL, &error));
  g_assert_no_error (error);
}

/* S12: whatever the order of messages, nothing is on the disk before somebody said yes, and content that nobody asked for is refused. */
static void
test_random_orders (Fixture *f, gconstpointer data)
{
  PorchDeviceId peer = device (1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3000; i++)
    {
      guint number = (guint) g_test_rand_int_range (0, 4);
      g_autofree char *id = g_strdup_printf ("%032x", number);
      PorchOffer *offer = porch_offer_book_lookup (f->book, &peer, id, TRUE);
      g_autoptr (JsonObject) status = NULL;
      PorchFlow *flow;
      PorchTree *tree;

      g_clear_error (&error);
      switch (g_test_rand_int_range (0, 7))
        {
        case 0:
          receive_from (f, 1, "192.168.1.1", files_offer (number, g_test_rand_int_range (10, 12)), &error);
          break;
        case 1:
          porch_offer_book_withdraw (f->book, &peer, id);
          break;
        case 2:
          flow = porch_offer_book_take_content (f->book, &peer, id, (guint64) g_test_rand_int_range (0, 3), &error);
          g_assert_null (flow);
          break;
        case 3:
          tree = porch_offer_book_open_tree (f->book, &peer, id, &error);
          g_assert_null (tree);
          break;
        case 4:
          flow = porch_offer_book_open_manifest (f->book, &peer, id, &error);
          g_assert_null (flow);
          break;
        case 5:
          if (offer != NULL)
            status = porch_offer_book_status (f->book, offer, g_test_rand_int_range (-1, 3));
          break;
        default:
          if (offer != NULL)
            porch_offer_book_decline (f->book, offer, &error);
        }
    }
  test_tree_assert (f->downloads, (const char *const[]){ NULL });
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->queue)), ==, 0);
}

static void
test_auto_accept (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchOffer *offer;

  g_object_set (f->book, "auto-accept-trusted", TRUE, NULL);
  trust (f, 1, PORCH_TRUST_TRUSTED);
  offer = receive_from (f, 1, "192.168.1.1", files_offer (1, 1000), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_ACCEPTED);
  offer = receive_from (f, 1, "192.168.1.1", files_offer (2, PORCH_AUTO_ACCEPT_ONCE + 1), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
  offer = receive_from (f, 2, "192.168.1.2", files_offer (3, 1000), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
}

/* Always from this device, after the second yes; it ends with the trust. */
static void
test_auto_accept_of_one (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchDeviceRecord) record = NULL;
  PorchDeviceId peer = device (1);
  PorchOffer *offer;

  g_assert_false (porch_trust_table_set_auto_accept (f->trust, &peer, TRUE, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  trust (f, 1, PORCH_TRUST_TRUSTED);
  for (guint i = 1; i <= 2; i++)
    {
      g_clear_pointer (&record, porch_device_record_free);
      offer = receive_from (f, 1, "192.168.1.1", files_offer (i, 1000), &error);
      g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
      g_assert_nonnull (porch_offer_book_accept (f->book, offer, f->downloads, &error));
      record = porch_trust_table_lookup (f->trust, &peer);
      g_assert_cmpuint (record->accepts, ==, i);
    }
  g_assert_true (porch_trust_table_set_auto_accept (f->trust, &peer, TRUE, &error));
  offer = receive_from (f, 1, "192.168.1.1", files_offer (3, 1000), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_ACCEPTED);
  offer = receive_from (f, 1, "192.168.1.1", files_offer (4, PORCH_AUTO_ACCEPT_ONCE + 1), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
  trust (f, 2, PORCH_TRUST_TRUSTED);
  offer = receive_from (f, 2, "192.168.1.2", files_offer (5, 1000), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
  trust (f, 1, PORCH_TRUST_UNKNOWN);
  trust (f, 1, PORCH_TRUST_TRUSTED);
  offer = receive_from (f, 1, "192.168.1.1", files_offer (6, 1000), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
}

/* After a no the same stranger is heard, but not at once; who is trusted in the meantime is. */
static void
test_silence_after_decline (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  PorchOffer *offer = receive_from (f, 1, "192.168.1.1", files_offer (1, 10), &error);

  g_assert_false (porch_offer_get_quiet (offer));
  g_assert_true (porch_offer_book_decline (f->book, offer, &error));
  offer = receive_from (f, 1, "192.168.1.1", files_offer (2, 10), &error);
  g_assert_cmpint (porch_offer_get_state (offer), ==, PORCH_OFFER_PENDING);
  g_assert_true (porch_offer_get_quiet (offer));
  g_assert_false (porch_offer_get_quiet (receive_from (f, 2, "192.168.1.2", files_offer (3, 10), &error)));
  trust (f, 1, PORCH_TRUST_TRUSTED);
  g_assert_false (porch_offer_get_quiet (offer));
  /* Somebody who is trusted may be told no, and asks again. */
  g_assert_true (porch_offer_book_decline (f->book, offer, &error));
  g_assert_false (porch_offer_get_quiet (receive_from (f, 1, "192.168.1.1", files_offer (4, 10), &error)));
}

static void
test_silence (void)
{
  PorchOfferSilence *silence = porch_offer_silence_new ();
  PorchDeviceId one = device (1), two = device (2);

  g_assert_cmpint (porch_offer_silence_left (silence, &one, 5), ==, 0);
  porch_offer_silence_begin (silence, &one, 5);
  g_assert_cmpint (porch_offer_silence_left (silence, &one, 6), ==, PORCH_OFFER_SILENCE_US - 1);
  g_assert_cmpint (porch_offer_silence_left (silence, &two, 6), ==, 0);
  g_assert_cmpint (porch_offer_silence_left (silence, &one, 5 + PORCH_OFFER_SILENCE_US), ==, 0);
  /* Again: from then on. */
  porch_offer_silence_begin (silence, &one, 10);
  g_assert_cmpint (porch_offer_silence_left (silence, &one, 10), ==, PORCH_OFFER_SILENCE_US);
  /* Many strangers don't make it grow. */
  for (guint i = 0; i < PORCH_OFFER_SILENCE_MAX; i++)
    {
      PorchDeviceId other = { { 9, (guint8) (i / 256), (guint8) i } };

      porch_offer_silence_begin (silence, &other, 20);
    }
  g_assert_cmpint (porch_offer_silence_left (silence, &one, 20), ==, 0);
  porch_offer_silence_free (silence);
}

static void
test_auto_limits (void)
{
  PorchOfferLimits limits = { 0 };
  const gint64 plenty = G_GINT64_CONSTANT (1) << 40;
  gint64 now = 1000000;

  g_assert_false (porch_offer_limits_take (&limits, PORCH_AUTO_ACCEPT_ONCE + 1, plenty, now));
  for (guint i = 0; i < 4; i++)
    g_assert_true (porch_offer_limits_take (&limits, PORCH_AUTO_ACCEPT_ONCE, plenty, now));
  g_assert_false (porch_offer_limits_take (&limits, 1, plenty, now));
  g_assert_true (porch_offer_limits_take (&limits, 1, plenty, now + 24 * 3600));
  g_assert_false (porch_offer_limits_take (&limits, 1000, 1000000, now + 24 * 3600));
  g_assert_false (porch_offer_limits_take (&limits, 1, 0, now + 24 * 3600));
}

/* S4, S22 at this door. */
static void
test_bad_bodies (Fixture *f, gconstpointer data)
{
  static const char *const bad[] = {
    "{}", "{\"id\":\"1\"}", "{\"id\":5}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"virus\"}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"text\"}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"text\",\"text\":\"\"}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"files\",\"files\":-1,\"bytes\":1,\"names\":[\"a\"]}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"files\",\"files\":1,\"bytes\":9223372036854775807,\"names\":[\"a\"]}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"files\",\"files\":1,\"bytes\":1,\"names\":[],\"digest\":\"00\"}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"files\",\"files\":1,\"bytes\":1,\"names\":[5]}",
    "{\"id\":\"000102030405060708090a0b0c0d0e0f\",\"kind\":\"files\",\"files\":1,\"bytes\":1,\"names\":[\"../x\"]}",
    NULL,
  };

  for (guint i = 0; bad[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      JsonObject *body = porch_json_parse (bad[i], strlen (bad[i]), PORCH_MAX_OFFER_BODY, &error);

      g_assert_no_error (error);
      g_assert_null (receive_from (f, 1, "192.168.1.1", body, &error));
      g_assert_nonnull (error);
    }
  g_assert_cmpuint (f->arrived, ==, 0);
}

/* Two things of one name get two names; links are followed once, here; what is not there or no file is said. */
static void
test_names_of_tops (void)
{
  char *root = test_tree_new ();
  g_autofree char *one = g_build_filename (root, "a", "x.jpg", NULL);
  g_autofree char *two = g_build_filename (root, "b", "x.jpg", NULL);
  g_autofree char *link = g_build_filename (root, "link", NULL);
  g_autofree char *none = g_build_filename (root, "none", NULL);
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) locals = NULL;
  g_autoptr (GError) error = NULL;

  test_tree_fill (root, (const char *const[]){ "a/x.jpg=1", "b/x.jpg=2", "link->a", NULL });
  g_assert_true (porch_offer_tree_name ((const char *const[]){ one, two, link, NULL }, &names, &locals, &error));
  g_assert_cmpstr (names[0], ==, "x.jpg");
  g_assert_cmpstr (names[1], ==, "x (1).jpg");
  g_assert_cmpstr (names[2], ==, "link");
  g_assert_true (g_str_has_suffix (locals[2], "/a"));
  g_assert_false (porch_offer_tree_name ((const char *const[]){ none, NULL }, &names, &locals, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (porch_offer_tree_name ((const char *const[]){ "/dev/null", NULL }, &names, &locals, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  test_tree_remove (root);
}

#define ADD(name, func) g_test_add ("/offers/" name, Fixture, NULL, set_up, func, tear_down)

/* What was dropped on a sandboxed Porch lies on the portal, and is gone when the session is. */
static void
test_no_longer_granted (void)
{
  const guint8 secret[32] = { 0 };
  const char *names[] = { "report.pdf", NULL };
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "doc", "3f2a", "report.pdf", NULL);
  const char *locals[] = { path, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_offer_tree_open (secret, names, locals, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  g_assert_cmpstr (error->message, ==, "Porch may no longer read “report.pdf”. Choose it again and send it once more.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("limits", test_limits);
  ADD ("same-id", test_same_id);
  ADD ("accept-one", test_accept_one);
  ADD ("withdraw", test_withdraw);
  ADD ("text", test_text);
  ADD ("read-text", test_read_text);
  ADD ("titles", test_titles);
  ADD ("text-is-kept", test_text_is_kept);
  ADD ("status", test_status);
  ADD ("kept", test_kept);
  ADD ("random-orders", test_random_orders);
  ADD ("auto-accept", test_auto_accept);
  ADD ("auto-accept-of-one", test_auto_accept_of_one);
  ADD ("silence-after-decline", test_silence_after_decline);
  ADD ("bad-bodies", test_bad_bodies);
  g_test_add_func ("/offers/auto-limits", test_auto_limits);
  g_test_add_func ("/offers/silence", test_silence);
  g_test_add_func ("/offers/names-of-tops", test_names_of_tops);
  g_test_add_func ("/offers/no-longer-granted", test_no_longer_granted);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handing out between whole devices over real TLS on 127.0.0.1: joining, wrong numbers, too many of them, the end, restarts of
 * both. */
#include "config.h"

#include "handout/porch-handout-seek.h"
#include "identity/porch-pin-database.h"
#include "porch-error.h"
#include "porch-limits.h"
#include "test-device.h"
#include "store/porch-sql.h"
#include "test-tree.h"
#include "transfer/porch-transfer-private.h"
#include "wire/porch-client.h"

#include <glib/gstdio.h>
#include <string.h>

#define MIB (1024 * 1024)

typedef struct
{
  TestDevice *ada, *ben, *eve; /* Ada hands out; nobody trusts anybody */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ada = test_device_new ("Ada", FALSE);
  f->ben = test_device_new ("Ben", FALSE);
  f->eve = test_device_new ("Eve", FALSE);
  test_device_meet (f->ben, f->ada);
  test_device_meet (f->eve, f->ada);
  test_device_meet (f->ada, f->ben);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  test_device_free (f->eve);
  test_device_free (f->ben);
  test_device_free (f->ada);
}

#define WAIT_FOR(condition, seconds)                                                                                           \
  G_STMT_START                                                                                                                 \
  {                                                                                                                            \
    gint64 wait_until = g_get_monotonic_time () + (seconds)*G_USEC_PER_SEC;                                                    \
    while (!(condition) && g_get_monotonic_time () < wait_until)                                                               \
      test_device_pass (20);                                                                                                   \
    g_assert_true (condition);                                                                                                 \
  }                                                                                                                            \
  G_STMT_END

static PorchHandout *
open_one (Fixture *f, const char *const *entries)
{
  g_autofree char *path = g_build_filename (f->ada->shared, "lesson", NULL);
  g_autoptr (GError) error = NULL;
  PorchHandout *handout;

  test_tree_fill (f->ada->shared, entries);
  handout = porch_handout_book_open (f->ada->handouts, "Lesson 5", (const char *const[]){ path, NULL }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (porch_handout_get_number (handout)), ==, PORCH_HANDOUT_DIGITS);
  WAIT_FOR (porch_handout_get_state (handout) == PORCH_HANDOUT_OPEN, 10);
  return handout;
}

typedef struct
{
  GPtrArray *found;
  GError *error;
  gboolean over;
} Sought;

static void
on_sought (GObject *source, GAsyncResult *result, gpointer data)
{
  Sought *sought = data;

  sought->found = porch_handout_seek_finish (PORCH_PEER_LIST (source), result, &sought->error);
  sought->over = TRUE;
}

/* (transfer full) (nullable) what @number finds. */
static GPtrArray *
seek (TestDevice *device, const char *number, GError **error)
{
  Sought sought = { 0 };

  porch_handout_seek_async (device->peers, device->identity, device->name, number, NULL, on_sought, &sought);
  WAIT_FOR (sought.over, 15);
  if (sought.error != NULL)
    g_propagate_error (error, sought.error);
  return sought.found;
}

static PorchTransfer *
join (TestDevice *device, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = seek (device, number, &error);
  PorchTransfer *transfer;

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 1);
  transfer = porch_handout_take (device->queue, g_ptr_array_index (found, 0), NULL, &error);
  g_assert_no_error (error);
  return transfer;
}

static PorchJoiner *
joiner_of (PorchHandout *handout, TestDevice *device)
{
  PorchJoiner *joiner = porch_handout_find_joiner (handout, test_device_id (device));

  g_assert_nonnull (joiner);
  return joiner;
}

static void
assert_got (Fixture *f, TestDevice *device)
{
  g_auto (GStrv) want = test_tree_read (f->ada->shared);

  test_tree_assert (device->downloads, (const char *const *)want);
}

/* Two who never met the giver before: the number, who gives and what; then the files, without trust and without anybody being
 * asked. */
static void
test_join (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", "lesson/big*9000000", "lesson/d/b=2", NULL });
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = seek (f->ben, porch_handout_get_number (handout), &error);
  PorchFoundHandout *first;
  PorchTransfer *bens, *eves;

  g_assert_no_error (error);
  first = g_ptr_array_index (found, 0);
  g_assert_cmpstr (first->title, ==, "Lesson 5");
  g_assert_true (porch_device_id_equal (porch_peer_get_id (first->peer), test_device_id (f->ada)));
  g_assert_cmpint (porch_offer_get_bytes (first->offer), ==, 9000002);
  g_assert_cmpint (porch_offer_get_files (first->offer), ==, 3);
  g_assert_cmpint (joiner_of (handout, f->ben)->state, ==, PORCH_JOINER_WAITING);
  g_assert_cmpstr (joiner_of (handout, f->ben)->name, ==, "Ben");
  bens = porch_handout_take (f->ben->queue, first, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (porch_handout_take (f->ben->queue, first, NULL, &error) == bens); /* twice is once */
  eves = join (f->eve, porch_handout_get_number (handout));
  test_device_wait (bens, PORCH_TRANSFER_DONE, 30);
  test_device_wait (eves, PORCH_TRANSFER_DONE, 30);
  assert_got (f, f->ben);
  assert_got (f, f->eve);
  WAIT_FOR (porch_handout_is_in_room (handout), 10);
  g_assert_cmpuint (porch_handout_count (handout, PORCH_JOINER_DONE), ==, 2);
  g_assert_cmpint (porch_handout_get_bytes_done (handout), ==, porch_handout_get_bytes_total (handout));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ben->book)), ==, 0); /* nobody was asked */
}

/* Late, and again by whom it was deleted. */
static void
test_late_and_again (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  g_autofree char *folder = g_build_filename (f->ben->downloads, "lesson", NULL);
  g_autofree char *got = g_build_filename (folder, "a", NULL);
  PorchTransfer *transfer = join (f->ben, porch_handout_get_number (handout));

  test_device_wait (transfer, PORCH_TRANSFER_DONE, 30);
  WAIT_FOR (porch_handout_is_in_room (handout), 10);
  test_device_wait (join (f->eve, porch_handout_get_number (handout)), PORCH_TRANSFER_DONE, 30);
  g_assert_cmpint (g_unlink (got), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  transfer = join (f->ben, porch_handout_get_number (handout));
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 30);
  assert_got (f, f->ben);
}

static char *
other_number (const char *number)
{
  return g_strdup_printf ("%06d", (atoi (number) + 1) % 1000000);
}

/* One raw request: its whole answer in words. */
static char *
ask (TestDevice *device, TestDevice *whom, const char *path, const char *member, const char *value, int *code)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (PorchClient) client = NULL;
  GError *error = NULL;

  g_ptr_array_add (addresses, g_inet_socket_address_new_from_string ("127.0.0.1", whom->port));
  json_object_set_string_member (body, member, value);
  client = porch_client_new (device->identity, test_device_id (whom), addresses, 1, 5);
  answer = porch_client_call (client, "POST", path, body, NULL, &error);
  *code = error ? error->code : -1;
  if (error != NULL)
    {
      char *text = g_strdup (error->message);

      g_error_free (error);
      return text;
    }
  return g_strdup ("");
}

typedef struct
{
  TestDevice *device, *whom;
  const char *path, *member, *value;
  char *text;
  int code;
  gint over;
} Asked;

static gpointer
ask_in_thread (gpointer data)
{
  Asked *asked = data;

  asked->text = ask (asked->device, asked->whom, asked->path, asked->member, asked->value, &asked->code);
  g_atomic_int_set (&asked->over, 1);
  return NULL;
}

/* The server lives on this thread. */
static char *
ask_raw (TestDevice *device, TestDevice *whom, const char *path, const char *member, const char *value, int *code)
{
  Asked asked = { device, whom, path, member, value };
  GThread *thread = g_thread_new ("ask", ask_in_thread, &asked);

  while (!g_atomic_int_get (&asked.over))
    test_device_pass (5);
  g_thread_join (thread);
  *code = asked.code;
  return asked.text;
}

/* Whoever asks with a wrong number learns nothing: not whether there is a hand-out, not by how soon no more may be tried. */
static void
test_stranger_learns_nothing (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  g_autofree char *wrong = other_number (porch_handout_get_number (handout));

  /* Ada hands something out, Ben nothing. */
  for (guint i = 0; i < 7; i++)
    {
      int with, without;
      g_autofree char *first = ask_raw (f->eve, f->ada, "/porch/v1/handouts", "number", wrong, &with);
      g_autofree char *second = ask_raw (f->eve, f->ben, "/porch/v1/handouts", "number", wrong, &without);

      g_assert_cmpint (with, ==, i < 5 ? PORCH_ERROR_NOT_FOUND : PORCH_ERROR_BUSY);
      g_assert_cmpint (without, ==, with);
      g_assert_cmpstr (first, ==, second);
    }
  g_assert_cmpuint (porch_handout_get_joiners (handout)->len, ==, 0);
}

/* Its id, should somebody know it, opens nothing to who has not joined. */
static void
test_id_is_no_key (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  g_autofree char *report = g_strconcat ("/porch/v1/handouts/", porch_handout_get_id (handout), NULL);
  g_autofree char *text = NULL;
  int code;

  text = ask_raw (f->eve, f->ada, report, "state", "running", &code);
  g_assert_cmpint (code, ==, PORCH_ERROR_NOT_FOUND);
  g_free (text);
  text = ask_raw (f->eve, f->ada, "/porch/v1/handouts", "number", "", &code);
  g_assert_cmpint (code, ==, PORCH_ERROR_NOT_FOUND);
  g_free (text);
  text = ask_raw (f->eve, f->ada, "/porch/v1/handouts", "name", "no number at all", &code);
  g_assert_cmpint (code, ==, PORCH_ERROR_NOT_FOUND);
}

/* The sixth wrong number of a device finds nothing, be it right; other devices go on. In words. */
static void
test_too_many_tries (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  g_autofree char *wrong = other_number (porch_handout_get_number (handout));

  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (seek (f->eve, wrong, &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (seek (f->eve, porch_handout_get_number (handout), &error));
    g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  }
  test_device_wait (join (f->ben, porch_handout_get_number (handout)), PORCH_TRANSFER_DONE, 30);
}

/* The end is the end, for who comes later and for who is in the middle, and they are told so in words. */
static void
test_ended (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/big*200000000", NULL });
  PorchTransfer *transfer;
  g_autoptr (GError) error = NULL;

  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 20 * MIB);
  transfer = join (f->ben, porch_handout_get_number (handout));
  test_device_wait_bytes (transfer, 10 * MIB, 30);
  porch_handout_book_end (f->ada->handouts, handout);
  test_device_wait (transfer, PORCH_TRANSFER_FAILED, 20);
  g_assert_nonnull (strstr (porch_transfer_get_error (transfer)->message, "“Lesson 5” is no longer handed out"));
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), <, 150 * MIB);
  g_assert_cmpint (joiner_of (handout, f->ben)->state, ==, PORCH_JOINER_LEFT);
  g_assert_cmpint (joiner_of (handout, f->ben)->done, >=, 5 * MIB);
  g_assert_null (seek (f->eve, porch_handout_get_number (handout), &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
}

static PorchHandout *
only_handout (TestDevice *device)
{
  g_autoptr (PorchHandout) handout = g_list_model_get_item (G_LIST_MODEL (device->handouts), 0);

  g_assert_nonnull (handout);
  return handout;
}

/* Both come back in the middle: the number still holds, who joined is known, and it goes on where it was. */
static void
test_restarts (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/big*100000000", NULL });
  g_autofree char *number = g_strdup (porch_handout_get_number (handout));
  g_autofree char *id = NULL;
  PorchTransfer *transfer;
  gint64 done;

  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 20 * MIB);
  transfer = join (f->ben, number);
  id = g_strdup (porch_transfer_get_id (transfer));
  test_device_wait_bytes (transfer, 10 * MIB, 30);
  test_device_stop (f->ada);
  test_device_start (f->ada);
  handout = only_handout (f->ada);
  g_assert_cmpstr (porch_handout_get_number (handout), ==, number);
  g_assert_cmpint (porch_handout_get_state (handout), ==, PORCH_HANDOUT_OPEN);
  done = porch_transfer_get_bytes_done (transfer);
  test_device_wait_bytes (transfer, done + 5 * MIB, 30);
  test_device_stop (f->ben);
  test_device_start (f->ben);
  test_device_meet (f->ben, f->ada);
  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 0);
  transfer = porch_transfer_queue_lookup (f->ben->queue, id);
  g_assert_cmpstr (porch_transfer_get_handout (transfer), ==, "Lesson 5");
  g_assert_cmpint (porch_transfer_get_bytes_done (transfer), >=, 10 * MIB);
  test_device_wait (transfer, PORCH_TRANSFER_DONE, 60);
  assert_got (f, f->ben);
  WAIT_FOR (porch_handout_is_in_room (handout), 15);
}

/* Gave up in the middle: shown as that; what is sent again goes to exactly those, as a request. */
static void
test_left_and_sent_again (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/big*60000000", NULL });
  PorchTransfer *transfer;
  g_autoptr (GPtrArray) sent = NULL;
  g_autoptr (GError) error = NULL;
  PorchOffer *offer;

  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 20 * MIB);
  transfer = join (f->ben, porch_handout_get_number (handout));
  test_device_wait_bytes (transfer, 10 * MIB, 30);
  porch_transfer_cancel (transfer);
  WAIT_FOR (joiner_of (handout, f->ben)->state == PORCH_JOINER_LEFT, 10);
  g_assert_cmpint (joiner_of (handout, f->ben)->done, >=, 10 * MIB);
  g_assert_false (porch_handout_is_in_room (handout));
  porch_limiter_set (f->ada->limiter, NULL, PORCH_UP, 0);
  test_device_wait (join (f->eve, porch_handout_get_number (handout)), PORCH_TRANSFER_DONE, 30);
  sent = porch_handout_book_send_again (f->ada->handouts, handout, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sent->len, ==, 1);
  offer = test_device_wait_offer (f->ben, 10);
  g_assert_cmpint (porch_offer_get_bytes (offer), ==, 60000000);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->eve->book)), ==, 0);
}

/* One more key that knows the number. TRUE: it was let in. */
static gboolean
join_as (Fixture *f, PorchHandout *handout, guint key, const char *address)
{
  PorchDeviceId id = { { 0xee } };
  g_autoptr (GInetAddress) from = g_inet_address_new_from_string (address);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (GError) error = NULL;

  memcpy (id.bytes + 1, &key, sizeof key);
  json_object_set_string_member (body, "number", porch_handout_get_number (handout));
  answer = porch_handout_book_join (f->ada->handouts, &id, from, body, &error);
  if (answer == NULL)
    g_assert_error (error, PORCH_ERROR, PORCH_ERROR_BUSY);
  return answer != NULL;
}

/* Somebody who knows the number and makes keys: a share for each address, an end for all, and whoever left without anything gives way. */
static void
test_crowd (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  GPtrArray *joiners = porch_handout_get_joiners (handout);
  guint key = 0;

  for (guint i = 0; i < PORCH_MAX_JOINERS_PER_ADDRESS; i++)
    g_assert_true (join_as (f, handout, key++, "10.0.0.1"));
  g_assert_false (join_as (f, handout, key++, "10.0.0.1"));
  g_assert_true (join_as (f, handout, 0, "10.0.0.1")); /* who is in is in */
  while (joiners->len < PORCH_MAX_JOINERS)
    {
      g_autofree char *address = g_strdup_printf ("10.0.1.%u", joiners->len % 250);

      g_assert_true (join_as (f, handout, key++, address));
    }
  g_assert_false (join_as (f, handout, key++, "10.0.2.1"));
  ((PorchJoiner *)g_ptr_array_index (joiners, 5))->state = PORCH_JOINER_LEFT;
  g_assert_true (join_as (f, handout, key++, "10.0.2.1"));
  g_assert_cmpuint (joiners->len, ==, PORCH_MAX_JOINERS);
}

static gboolean
take_number (sqlite3 *db, gpointer number, GError **error)
{
  return porch_sql_exec (db, error, "UPDATE handout SET number = ?", "s", (const char *)number);
}

/* Eve reads the number from the wall and says that it is hers: both are told, each with its key, and none is chosen. */
static void
test_pretender (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  g_autofree char *bait = g_build_filename (f->eve->shared, "bait", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  PorchFoundHandout *one, *two;

  test_tree_fill (f->eve->shared, (const char *const[]){ "bait=x", NULL });
  g_assert_nonnull (porch_handout_book_open (f->eve->handouts, "Lesson 5", (const char *const[]){ bait, NULL }, &error));
  WAIT_FOR (porch_handout_get_state (only_handout (f->eve)) == PORCH_HANDOUT_OPEN, 10);
  g_assert_true (porch_store_run (f->eve->store, take_number, (gpointer)porch_handout_get_number (handout), &error));
  test_device_stop (f->eve);
  test_device_start (f->eve);
  test_device_meet (f->ben, f->eve);
  found = seek (f->ben, porch_handout_get_number (handout), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 2);
  one = g_ptr_array_index (found, 0);
  two = g_ptr_array_index (found, 1);
  g_assert_false (porch_device_id_equal (porch_peer_get_id (one->peer), porch_peer_get_id (two->peer)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ben->queue)), ==, 0);
}

/* Blocked is out at once, and in again by no number. */
static void
test_blocked (Fixture *f, gconstpointer data)
{
  PorchHandout *handout = open_one (f, (const char *const[]){ "lesson/a=1", NULL });
  g_autoptr (GError) error = NULL;

  test_device_wait (join (f->ben, porch_handout_get_number (handout)), PORCH_TRANSFER_DONE, 30);
  test_device_trust (f->ada, f->ben, PORCH_TRUST_BLOCKED);
  porch_handout_book_forget_device (f->ada->handouts, test_device_id (f->ben));
  g_assert_null (porch_handout_find_joiner (handout, test_device_id (f->ben)));
  g_assert_null (seek (f->ben, porch_handout_get_number (handout), &error));
  g_assert_cmpuint (porch_handout_get_joiners (handout)->len, ==, 0);
}

/* Nothing of it can be read: said, and no number finds it. */
static void
test_nothing_there (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->ada->shared, "missing", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_handout_book_open (f->ada->handouts, NULL, (const char *const[]){ path, NULL }, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (porch_handout_book_open (f->ada->handouts, NULL, (const char *const[]){ NULL }, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_INVALID);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->ada->handouts)), ==, 0);
}

#define ADD(path, func) g_test_add ("/handout/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  porch_tls_setup ();
  ADD ("join", test_join);
  ADD ("late-and-again", test_late_and_again);
  ADD ("stranger-learns-nothing", test_stranger_learns_nothing);
  ADD ("id-is-no-key", test_id_is_no_key);
  ADD ("too-many-tries", test_too_many_tries);
  ADD ("ended", test_ended);
  ADD ("restarts", test_restarts);
  ADD ("left-and-sent-again", test_left_and_sent_again);
  ADD ("crowd", test_crowd);
  ADD ("pretender", test_pretender);
  ADD ("blocked", test_blocked);
  ADD ("nothing-there", test_nothing_there);
  return g_test_run ();
}

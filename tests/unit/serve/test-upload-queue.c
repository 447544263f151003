/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-upload-queue.h"

typedef struct
{
  GString *log; /* one letter for each that began */
  char letter;
} Turn;

static PorchDeviceId
device (guint8 number)
{
  return (PorchDeviceId){ { number } };
}

static void
on_begin (gpointer data)
{
  Turn *turn = data;

  g_string_append_c (turn->log, turn->letter);
}

static PorchUpload *
enter (PorchUploadQueue *queue, guint8 who, gboolean trusted, gboolean small, Turn *turn)
{
  PorchDeviceId id = device (who);

  return porch_upload_queue_enter (queue, &id, trusted, small, on_begin, turn);
}

/* One came with six requests, two others with one each a moment later: they don't wait for the six. */
static void
test_round_robin (void)
{
  PorchUploadQueue *queue = porch_upload_queue_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Turn a = { log, 'a' }, b = { log, 'b' }, c = { log, 'c' };
  PorchUpload *uploads[8];

  porch_upload_queue_set_places (queue, 1);
  for (guint i = 0; i < 6; i++)
    uploads[i] = enter (queue, 1, TRUE, FALSE, &a);
  uploads[6] = enter (queue, 2, TRUE, FALSE, &b);
  uploads[7] = enter (queue, 3, TRUE, FALSE, &c);
  g_assert_cmpstr (log->str, ==, "a");
  g_assert_cmpuint (porch_upload_queue_get_position (queue, uploads[0]), ==, 0);
  g_assert_cmpuint (porch_upload_queue_get_position (queue, uploads[6]), <=, 2);
  g_assert_cmpuint (porch_upload_queue_get_position (queue, uploads[5]), ==, 7);
  porch_upload_queue_leave (queue, uploads[0]);
  g_assert_true (log->str[1] == 'b' || log->str[1] == 'c');
  porch_upload_queue_leave (queue, uploads[log->str[1] == 'b' ? 6 : 7]);
  g_assert_true (log->str[2] != 'a' && log->str[2] != log->str[1]);
  porch_upload_queue_leave (queue, uploads[log->str[2] == 'b' ? 6 : 7]);
  for (guint i = 1; i < 6; i++)
    {
      g_assert_cmpuint (porch_upload_queue_get_position (queue, uploads[i]), ==, 0);
      porch_upload_queue_leave (queue, uploads[i]);
    }
  g_assert_cmpuint (log->len, ==, 8);
  porch_upload_queue_free (queue);
}

/* The position that is told is the order that comes true. */
static void
test_positions (void)
{
  PorchUploadQueue *queue = porch_upload_queue_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Turn turns[10];
  PorchUpload *uploads[10], *at[10] = { NULL };

  porch_upload_queue_set_places (queue, 1);
  for (guint i = 0; i < 10; i++)
    {
      turns[i] = (Turn){ log, (char)('0' + i) };
      uploads[i] = enter (queue, (guint8)(i * i % 4), TRUE, FALSE, &turns[i]);
    }
  for (guint i = 1; i < 10; i++)
    {
      guint position = porch_upload_queue_get_position (queue, uploads[i]);

      g_assert_cmpuint (position, >=, 1);
      g_assert_cmpuint (position, <=, 9);
      g_assert_null (at[position]);
      at[position] = uploads[i];
    }
  at[0] = uploads[0];
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpuint (porch_upload_queue_get_position (queue, at[i]), ==, 0);
      porch_upload_queue_leave (queue, at[i]);
    }
  porch_upload_queue_free (queue);
}

static void
test_small_lane (void)
{
  PorchUploadQueue *queue = porch_upload_queue_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Turn large = { log, 'l' }, small = { log, 's' };
  PorchUpload *uploads[8];

  porch_upload_queue_set_places (queue, 1);
  uploads[0] = enter (queue, 1, TRUE, FALSE, &large);
  uploads[1] = enter (queue, 2, TRUE, FALSE, &large);
  for (guint i = 2; i < 6; i++)
    uploads[i] = enter (queue, (guint8)i, TRUE, TRUE, &small);
  g_assert_cmpstr (log->str, ==, "lssss");
  /* The lane is full: the fifth waits like anybody. */
  uploads[6] = enter (queue, 9, TRUE, TRUE, &small);
  g_assert_cmpuint (porch_upload_queue_get_position (queue, uploads[6]), >, 0);
  /* Who said "small" and sends on takes a place like anybody, and nobody else gets one meanwhile. */
  porch_upload_queue_outgrew (queue, uploads[2]);
  uploads[7] = enter (queue, 10, TRUE, TRUE, &small);
  g_assert_cmpstr (log->str, ==, "lsssss");
  porch_upload_queue_leave (queue, uploads[0]);
  g_assert_cmpstr (log->str, ==, "lsssss");
  porch_upload_queue_leave (queue, uploads[2]);
  g_assert_cmpuint (log->len, ==, 7);
  for (guint i = 1; i < 8; i++)
    if (i != 2)
      porch_upload_queue_leave (queue, uploads[i]);
  porch_upload_queue_free (queue);
}

/* Keys are free: a hundred devices that nobody knows leave half of the places alone. */
static void
test_unknown_devices (void)
{
  PorchUploadQueue *queue = porch_upload_queue_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Turn unknown = { log, 'u' }, trusted = { log, 't' };
  PorchUpload *uploads[100], *friend;

  porch_upload_queue_set_places (queue, 4);
  for (guint i = 0; i < 100; i++)
    uploads[i] = enter (queue, (guint8)i, FALSE, FALSE, &unknown);
  g_assert_cmpstr (log->str, ==, "uu");
  friend = enter (queue, 200, TRUE, FALSE, &trusted);
  g_assert_cmpstr (log->str, ==, "uut");
  porch_upload_queue_leave (queue, friend);
  for (guint i = 0; i < 100; i++)
    porch_upload_queue_leave (queue, uploads[i]);
  porch_upload_queue_free (queue);
}

static void
test_more_places (void)
{
  PorchUploadQueue *queue = porch_upload_queue_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Turn turn = { log, 'x' };
  PorchUpload *uploads[5];

  porch_upload_queue_set_places (queue, 0);
  for (guint i = 0; i < 5; i++)
    uploads[i] = enter (queue, (guint8)i, TRUE, FALSE, &turn);
  g_assert_cmpuint (log->len, ==, 1);
  porch_upload_queue_leave (queue, uploads[4]); /* it gave up */
  porch_upload_queue_set_places (queue, 3);
  g_assert_cmpuint (log->len, ==, 3);
  for (guint i = 0; i < 4; i++)
    porch_upload_queue_leave (queue, uploads[i]);
  g_assert_cmpuint (log->len, ==, 4);
  porch_upload_queue_free (queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/upload-queue/round-robin", test_round_robin);
  g_test_add_func ("/upload-queue/positions", test_positions);
  g_test_add_func ("/upload-queue/small-lane", test_small_lane);
  g_test_add_func ("/upload-queue/unknown-devices", test_unknown_devices);
  g_test_add_func ("/upload-queue/more-places", test_more_places);
  return g_test_run ();
}

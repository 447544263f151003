/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-strangers.h"

#define SECOND G_USEC_PER_SEC

typedef struct
{
  PorchDaemonStrangers *strangers;
  GHashTable *waiting;
  gint64 now;
  gint64 wait;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->strangers = porch_daemon_strangers_new ();
  f->waiting = g_hash_table_new (g_str_hash, g_str_equal);
  f->now = 1000 * SECOND;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  porch_daemon_strangers_free (f->strangers);
  g_hash_table_unref (f->waiting);
}

static PorchDaemonStrangersStep
update (Fixture *f)
{
  return porch_daemon_strangers_update (f->strangers, f->waiting, f->now, &f->wait);
}

/* The first is shown at once, those that follow together after half a minute. */
static void
test_rate (Fixture *f, gconstpointer data)
{
  g_hash_table_add (f->waiting, "a");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_SHOW);
  g_assert_cmpint (f->wait, ==, 0);

  f->now += 1 * SECOND;
  g_hash_table_add (f->waiting, "b");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_NOTHING);
  g_assert_cmpint (f->wait, ==, 29 * SECOND);
  f->now += 1 * SECOND;
  g_hash_table_add (f->waiting, "c");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_NOTHING);
  f->now += f->wait;
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_SHOW);
  f->now += 60 * SECOND;
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_NOTHING);
  g_assert_cmpint (f->wait, ==, 0);
}

static void
test_answered (Fixture *f, gconstpointer data)
{
  g_hash_table_add (f->waiting, "a");
  g_hash_table_add (f->waiting, "b");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_SHOW);
  g_hash_table_remove (f->waiting, "a");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_NOTHING);
  g_hash_table_remove (f->waiting, "b");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_CLOSE);
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_NOTHING);
}

/* Answering quickly and asking again doesn't get around the half minute. */
static void
test_again (Fixture *f, gconstpointer data)
{
  guint shown = 0;

  for (guint i = 0; i < 300; i++)
    {
      g_hash_table_add (f->waiting, "a");
      shown += update (f) == PORCH_DAEMON_STRANGERS_SHOW;
      g_hash_table_remove (f->waiting, "a");
      update (f);
      f->now += SECOND;
    }
  g_assert_cmpuint (shown, ==, 10);
}

static void
test_forget (Fixture *f, gconstpointer data)
{
  g_hash_table_add (f->waiting, "a");
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_SHOW);
  porch_daemon_strangers_forget (f->strangers);
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_NOTHING);
  f->now += f->wait;
  g_assert_cmpint (update (f), ==, PORCH_DAEMON_STRANGERS_SHOW);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/daemon/strangers/rate", Fixture, NULL, set_up, test_rate, tear_down);
  g_test_add ("/daemon/strangers/answered", Fixture, NULL, set_up, test_answered, tear_down);
  g_test_add ("/daemon/strangers/again", Fixture, NULL, set_up, test_again, tear_down);
  g_test_add ("/daemon/strangers/forget", Fixture, NULL, set_up, test_forget, tear_down);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often who may ask for a code, with a clock that the test turns. */
#include "config.h"

#include <string.h>

#include "pairing/porch-pairing-limits.h"
#include "pairing/porch-passive-table.h"
#include "porch-error.h"

#define HOUR 3600

static PorchDeviceId
device (guint number)
{
  PorchDeviceId id = { { 0 } };

  memcpy (id.bytes, &number, sizeof number);
  return id;
}

static gboolean
admit (PorchPairingLimits *limits, guint number, gboolean trusted, const char *address, gint64 now)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) at = g_inet_address_new_from_string (address);
  PorchDeviceId id = device (number);
  gboolean      ok = porch_pairing_limits_admit (limits, &id, trusted, at, now, &error);

  if (!ok)
    g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  return ok;
}

static gboolean
admit_passive (PorchPairingLimits *limits, guint number, gboolean trusted, const char *address, gint64 now)
{
  g_autoptr (GInetAddress) at = g_inet_address_new_from_string (address);
  PorchDeviceId id = device (number);

  return porch_pairing_limits_admit_passive (limits, &id, trusted, at, now, NULL);
}

static void
test_failures (void)
{
  g_autoptr (PorchPairingLimits) limits = porch_pairing_limits_new ();
  g_autoptr (GError) error = NULL;
  PorchDeviceId ada = device (1);

  for (guint i = 0; i < PORCH_PAIRING_FAILURES; i++)
    {
      g_assert_true (porch_pairing_limits_check_pause (limits, &ada, 1000, NULL));
      porch_pairing_limits_failed (limits, &ada, 1000 + i);
    }
  g_assert_false (porch_pairing_limits_check_pause (limits, &ada, 1002, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "10 minutes"));
  g_assert_false (admit (limits, 1, TRUE, "192.168.1.5", 1002));
  g_assert_false (admit_passive (limits, 1, TRUE, "192.168.1.5", 1002));
  g_assert_true (admit (limits, 2, FALSE, "192.168.1.5", 1002));
  g_assert_false (porch_pairing_limits_check_pause (limits, &ada, 1000 + PORCH_PAIRING_PAUSE - 1, NULL));
  g_assert_true (porch_pairing_limits_check_pause (limits, &ada, 1000 + PORCH_PAIRING_PAUSE, NULL));
}

static void
test_success_forgives (void)
{
  g_autoptr (PorchPairingLimits) limits = porch_pairing_limits_new ();
  PorchDeviceId ada = device (1), ben = device (2);

  for (guint i = 0; i < PORCH_PAIRING_FAILURES; i++)
    {
      porch_pairing_limits_failed (limits, &ada, 1000);
      porch_pairing_limits_failed (limits, &ben, 1000);
    }
  porch_pairing_limits_succeeded (limits, &ada);
  g_assert_true (porch_pairing_limits_check_pause (limits, &ada, 1000, NULL));
  g_assert_false (porch_pairing_limits_check_pause (limits, &ben, 1000, NULL));
}

/* Keys are free: a new one each time helps nobody. */
static void
test_per_address (void)
{
  g_autoptr (PorchPairingLimits) limits = porch_pairing_limits_new ();

  for (guint i = 0; i < PORCH_PAIRING_PER_ADDRESS; i++)
    g_assert_true (admit (limits, 10 + i, FALSE, "192.168.1.5", 1000));
  g_assert_false (admit (limits, 99, FALSE, "192.168.1.5", 1000));
  g_assert_true (admit (limits, 99, FALSE, "192.168.1.6", 1000));
  for (guint i = 0; i < 10; i++)
    g_assert_true (admit (limits, 50, TRUE, "192.168.1.5", 1000)); /* one that is trusted may always ask again */
  g_assert_false (admit (limits, 99, FALSE, "192.168.1.5", 1000 + HOUR - 1));
  g_assert_true (admit (limits, 99, FALSE, "192.168.1.5", 1000 + HOUR));
}

/* So are addresses, in IPv6. */
static void
test_per_hour (void)
{
  g_autoptr (PorchPairingLimits) limits = porch_pairing_limits_new ();
  guint admitted = 0;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *address = g_strdup_printf ("fe80::%x", i + 1);

      admitted += admit (limits, i, FALSE, address, 1000);
    }
  g_assert_cmpuint (admitted, ==, PORCH_PAIRING_PER_HOUR);
}

static void
test_passive (void)
{
  g_autoptr (PorchPairingLimits) limits = porch_pairing_limits_new ();
  guint admitted = 0, device_admitted = 0, trusted = 0;

  for (guint i = 0; i < 100; i++)
    device_admitted += admit_passive (limits, 1, FALSE, "192.168.1.5", 1000);
  g_assert_cmpuint (device_admitted, ==, PORCH_PASSIVE_PER_DEVICE);
  for (guint i = 0; i < 100; i++)
    trusted += admit_passive (limits, 2, TRUE, "192.168.1.5", 1000);
  g_assert_cmpuint (trusted, ==, PORCH_PASSIVE_PER_DEVICE);
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *address = g_strdup_printf ("fe80::%x", i + 1);

      admitted += admit_passive (limits, 100 + i, FALSE, address, 1000);
    }
  g_assert_cmpuint (admitted + device_admitted, ==, PORCH_PASSIVE_PER_HOUR);
}

static PorchPassive
make_session (guint number, gint64 created)
{
  PorchPassive session = { .peer = device (number), .created = created };

  g_snprintf (session.tag, sizeof session.tag, "%016x", number);
  return session;
}

/* The table stays small, drops what nobody here has spoken of first, and forgets after a day. */
static void
test_table (void)
{
  PorchPassiveTable *table = porch_passive_table_new ();
  g_autoptr (GArray) dropped = g_array_new (FALSE, FALSE, sizeof (PorchPassive));
  PorchPassive first = make_session (0, 5), found;

  porch_passive_table_add (table, &first, dropped);
  g_assert_true (porch_passive_table_say (table, &first.peer, first.tag, TRUE, PORCH_PASSIVE_MATCHES, 6, &found));
  g_assert_false (porch_passive_table_say (table, &first.peer, first.tag, TRUE, PORCH_PASSIVE_DIFFERS, 6, &found));
  g_assert_cmpint (found.own, ==, PORCH_PASSIVE_MATCHES);
  for (guint i = 1; i < 200; i++)
    {
      PorchPassive session = make_session (i, 5);

      porch_passive_table_add (table, &session, dropped);
    }
  g_assert_cmpuint (dropped->len, ==, 200 - PORCH_PASSIVE_MAX);
  g_assert_cmpstr (g_array_index (dropped, PorchPassive, 0).tag, ==, "0000000000000001");
  g_assert_true (porch_passive_table_lookup (table, &first.peer, first.tag, 6, &found));
  g_assert_true (porch_passive_table_lookup (table, &first.peer, first.tag, 5 + PORCH_PASSIVE_LIFETIME - 1, &found));
  g_assert_false (porch_passive_table_lookup (table, &first.peer, first.tag, 5 + PORCH_PASSIVE_LIFETIME, &found));
  g_assert_false (porch_passive_table_find (table, &first.peer, 5 + PORCH_PASSIVE_LIFETIME, &found));
  g_assert_false (porch_passive_table_lookup (table, &g_array_index (dropped, PorchPassive, 0).peer, first.tag, 6, &found));
  porch_passive_table_free (table);
}

static void
test_commits (void)
{
  PorchPassiveTable *table = porch_passive_table_new ();
  PorchDeviceId ada = device (1), eve = device (2);
  guint8 commit[32] = { 7 }, nonce[32] = { 8 }, out[32], out_nonce[32];
  int    connection, other;

  porch_passive_table_commit (table, &ada, &connection, commit, nonce, 100);
  g_assert_false (porch_passive_table_take (table, &eve, &connection, out, out_nonce, 100));
  g_assert_false (porch_passive_table_take (table, &ada, &other, out, out_nonce, 100));
  g_assert_true (porch_passive_table_take (table, &ada, &connection, out, out_nonce, 100));
  g_assert_cmpmem (out_nonce, 32, nonce, 32);
  g_assert_false (porch_passive_table_take (table, &ada, &connection, out, out_nonce, 100)); /* once */
  porch_passive_table_commit (table, &ada, &connection, commit, nonce, 100);
  g_assert_false (porch_passive_table_take (table, &ada, &connection, out, out_nonce, 101 + PORCH_PASSIVE_REVEAL_SECONDS));
  porch_passive_table_commit (table, &ada, &connection, commit, nonce, 100);
  porch_passive_table_closed (table, &connection);
  g_assert_false (porch_passive_table_take (table, &ada, &connection, out, out_nonce, 100));
  porch_passive_table_free (table);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pairing/limits/failures", test_failures);
  g_test_add_func ("/pairing/limits/success-forgives", test_success_forgives);
  g_test_add_func ("/pairing/limits/per-address", test_per_address);
  g_test_add_func ("/pairing/limits/per-hour", test_per_hour);
  g_test_add_func ("/pairing/limits/passive", test_passive);
  g_test_add_func ("/pairing/passive-table/sessions", test_table);
  g_test_add_func ("/pairing/passive-table/commits", test_commits);
  return g_test_run ();
}

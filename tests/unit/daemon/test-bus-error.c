/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-bus-error.h"
#include "porch-error.h"

/* The contract with everything that speaks to porchd: in the order of PORCH_ERROR, never changed. */
static const char *const names[] = {
  "Declined",   "NotTrusted", "NotAllowed", "PathRefused", "NoSpace", "ReadOnly",  "HashMismatch",
  "Changed",    "Gone",       "Protocol",   "Unreachable", "Limit",   "NotFound",  "Ambiguous",
  "Unverified", "Exists",     "Busy",       "Invalid",     "Store",   "Cancelled",
};

static void
test_same_as_libporch (void)
{
  g_assert_cmpuint (PORCH_BUS_ERROR, ==, PORCH_ERROR);
  g_assert_cmpuint (G_N_ELEMENTS (names), ==, PORCH_ERROR_CANCELLED + 1);
  for (guint code = 0; code < G_N_ELEMENTS (names); code++)
    {
      g_autoptr (GError) error = g_error_new_literal (PORCH_ERROR, (int)code, "words");
      g_autofree char *name = g_strconcat (PORCH_BUS_ERROR_PREFIX, names[code], NULL);

      g_assert_cmpstr (porch_bus_error_name (error), ==, name);
      g_assert_cmpint (porch_bus_error_parse_name (name), ==, code);
    }
  g_assert_cmpint (PORCH_ERROR_HASH_MISMATCH, ==, 6);
  g_assert_cmpint (PORCH_ERROR_UNVERIFIED, ==, 14);
}

/* What one side sends is what the other side gets. */
static void
test_round_trip (void)
{
  g_autoptr (GError) error = g_error_new_literal (PORCH_ERROR, PORCH_ERROR_NO_SPACE, "the disk is full");
  g_autoptr (GError) sent = porch_bus_error_translate (error);
  g_autofree char *name = g_dbus_error_encode_gerror (sent);
  g_autoptr (GError) got = g_dbus_error_new_for_dbus_error (name, sent->message);

  g_assert_cmpstr (name, ==, PORCH_BUS_ERROR_PREFIX "NoSpace");
  g_assert_error (got, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NO_SPACE);
  porch_bus_error_strip (got);
  g_assert_cmpstr (got->message, ==, "the disk is full");
}

static void
test_foreign (void)
{
  g_autoptr (GError) refused = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused");
  g_autoptr (GError) odd = g_error_new_literal (G_MARKUP_ERROR, G_MARKUP_ERROR_PARSE, "odd");
  g_autoptr (GError) wild = g_error_new_literal (PORCH_ERROR, 4711, "wild");

  g_assert_cmpstr (porch_bus_error_name (refused), ==, PORCH_BUS_ERROR_PREFIX "Unreachable");
  g_assert_cmpstr (porch_bus_error_name (odd), ==, PORCH_BUS_ERROR_PREFIX "Failed");
  g_assert_cmpstr (porch_bus_error_name (wild), ==, PORCH_BUS_ERROR_PREFIX "Failed");
  g_assert_cmpint (porch_bus_error_parse_name ("org.example.Error"), ==, PORCH_BUS_ERROR_FAILED);
  g_assert_cmpint (porch_bus_error_parse_name (NULL), ==, PORCH_BUS_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/bus-error/same-as-libporch", test_same_as_libporch);
  g_test_add_func ("/daemon/bus-error/round-trip", test_round_trip);
  g_test_add_func ("/daemon/bus-error/foreign", test_foreign);
  return g_test_run ();
}

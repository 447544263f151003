/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a number may be tried: per device, per address, and by all strangers together, with an injected clock. */
#include "config.h"

#include "handout/porch-handout-tries.h"

static PorchDeviceId
device (guint32 number)
{
  PorchDeviceId id = { { 0 } };

  memcpy (id.bytes, &number, sizeof number);
  return id;
}

/* Tries until it is refused; how often it could. */
static guint
try_out (PorchHandoutTries *tries, guint32 number, gboolean familiar, const char *address, gint64 now, guint most)
{
  PorchDeviceId id = device (number);
  guint count = 0;

  while (count < most && porch_handout_tries_may (tries, &id, familiar, address, now))
    {
      porch_handout_tries_wrong (tries, &id, familiar, address, now);
      count++;
    }
  return count;
}

static void
test_device (void)
{
  g_autoptr (PorchHandoutTries) tries = porch_handout_tries_new ();

  g_assert_cmpuint (try_out (tries, 1, FALSE, "10.0.0.1", 1000, 100), ==, PORCH_TRIES_PER_DEVICE);
  g_assert_cmpuint (try_out (tries, 1, FALSE, "10.0.0.2", 1059, 100), ==, 0); /* another address does not help */
  g_assert_cmpuint (try_out (tries, 1, FALSE, "10.0.0.1", 1060, 100), ==, PORCH_TRIES_PER_DEVICE);
}

/* New keys at one address. */
static void
test_address (void)
{
  g_autoptr (PorchHandoutTries) tries = porch_handout_tries_new ();
  guint sum = 0;

  for (guint i = 0; i < 50; i++)
    sum += try_out (tries, i, FALSE, "10.0.0.1", 1000, 100);
  g_assert_cmpuint (sum, ==, PORCH_TRIES_PER_ADDRESS);
  g_assert_cmpuint (try_out (tries, 99, FALSE, "10.0.0.2", 1000, 1), ==, 1); /* others are not stopped by that */
}

/* New keys and new addresses, for an hour. */
static void
test_everybody (void)
{
  g_autoptr (PorchHandoutTries) tries = porch_handout_tries_new ();
  guint sum = 0;

  for (guint second = 0; second < 3600; second++)
    for (guint i = 0; i < 4; i++)
      {
        g_autofree char *address = g_strdup_printf ("fe80::%x", second * 4 + i);

        sum += try_out (tries, second * 4 + i, FALSE, address, 1000 + second, 5);
      }
  g_test_message ("%u numbers in an hour", sum);
  g_assert_cmpuint (sum, <=, 6 * PORCH_TRIES_STRANGERS);
  g_assert_cmpuint (sum, >=, PORCH_TRIES_STRANGERS);
}

/* Whoever is trusted, or has joined before, is not kept out by strangers' noise, and has a limit all the same. */
static void
test_familiar (void)
{
  g_autoptr (PorchHandoutTries) tries = porch_handout_tries_new ();

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.0.1.%u", i);

      try_out (tries, i, FALSE, address, 1000, 5);
    }
  g_assert_cmpuint (try_out (tries, 200, FALSE, "10.0.2.1", 1000, 10), ==, 0);
  g_assert_cmpuint (try_out (tries, 201, TRUE, "10.0.1.1", 1000, 10), ==, PORCH_TRIES_PER_DEVICE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/handout/tries/device", test_device);
  g_test_add_func ("/handout/tries/address", test_address);
  g_test_add_func ("/handout/tries/everybody", test_everybody);
  g_test_add_func ("/handout/tries/familiar", test_familiar);
  return g_test_run ();
}

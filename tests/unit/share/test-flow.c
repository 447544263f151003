/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"
#include "share/porch-flow.h"

#include <gio/gio.h>
#include <string.h>

#define ITEMS 20000

static GBytes *
number (guint n)
{
  return g_bytes_new (&n, sizeof n);
}

static guint
to_number (GBytes *bytes)
{
  guint n;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizeof n);
  memcpy (&n, g_bytes_get_data (bytes, NULL), sizeof n);
  g_bytes_unref (bytes);
  return n;
}

static gpointer
produce (gpointer data)
{
  PorchFlow *flow = data;

  for (guint i = 0; i < ITEMS; i++)
    if (!porch_flow_push (flow, number (i)))
      break;
  porch_flow_finish (flow, NULL);
  porch_flow_unref (flow);
  return NULL;
}

static void
test_blocking (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (64);
  GThread *thread = g_thread_new ("produce", produce, porch_flow_ref (flow));
  g_autoptr (GError) error = NULL;
  GBytes *bytes;
  guint n = 0;

  while ((bytes = porch_flow_pop (flow, &error)))
    g_assert_cmpuint (to_number (bytes), ==, n++);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, ITEMS);
  g_assert_null (porch_flow_pop (flow, &error)); /* the end stays the end */
  g_assert_no_error (error);
  g_thread_join (thread);
}

/* The producer never gets further ahead than the limit. */
static gpointer
count_pushes (gpointer data)
{
  gpointer *args = data;

  for (guint i = 0; i < 1000; i++)
    {
      porch_flow_push (args[0], g_bytes_new_take (g_malloc0 (100), 100));
      g_atomic_int_inc ((int *) args[1]);
    }
  porch_flow_finish (args[0], NULL);
  return NULL;
}

static void
test_back_pressure (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (1000);
  int pushed = 0;
  gpointer args[] = { flow, &pushed };
  GThread *thread = g_thread_new ("produce", count_pushes, args);
  GBytes *bytes;
  int popped = 0;

  g_usleep (50 * 1000);
  g_assert_cmpint (g_atomic_int_get (&pushed), ==, 10);
  while ((bytes = porch_flow_pop (flow, NULL)))
    {
      g_bytes_unref (bytes);
      popped++;
      g_assert_cmpint (g_atomic_int_get (&pushed), <=, popped + 11);
    }
  g_assert_cmpint (popped, ==, 1000);
  g_thread_join (thread);
}

/* One item is always let in, however large. */
static void
test_large_item (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (10);
  g_autoptr (GBytes) got = NULL;

  g_assert_true (porch_flow_push (flow, g_bytes_new_take (g_malloc0 (1000), 1000)));
  got = porch_flow_pop (flow, NULL);
  g_assert_cmpuint (g_bytes_get_size (got), ==, 1000);
}

static void
test_error_after_data (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (1000);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  GBytes *bytes = NULL;

  porch_flow_push (flow, number (7));
  porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_GONE, "gone"));
  g_assert_false (porch_flow_push (flow, number (8)));
  porch_flow_finish (flow, NULL); /* the first word counts */
  g_assert_cmpuint (to_number (porch_flow_pop (flow, &error)), ==, 7);
  g_assert_no_error (error);
  g_assert_null (porch_flow_pop (flow, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_GONE);
  g_assert_cmpint (porch_flow_try_pop (flow, &bytes, &again), ==, PORCH_FLOW_END);
  g_assert_error (again, PORCH_ERROR, PORCH_ERROR_GONE);
}

static void
test_empty_bytes_are_dropped (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (10);
  GBytes *bytes = NULL;

  g_assert_true (porch_flow_push (flow, g_bytes_new (NULL, 0)));
  g_assert_cmpint (porch_flow_try_pop (flow, &bytes, NULL), ==, PORCH_FLOW_EMPTY);
  g_assert_null (bytes);
}

/* The consumer goes while the producer waits for room. */
static gpointer
push_until_closed (gpointer data)
{
  guint n = 0;

  while (porch_flow_push (data, number (n)))
    n++;
  porch_flow_finish (data, NULL);
  return GUINT_TO_POINTER (n);
}

static void
test_close_wakes_producer (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (40);
  GThread *thread = g_thread_new ("produce", push_until_closed, flow);
  g_autoptr (GError) error = NULL;

  g_usleep (20 * 1000);
  porch_flow_close (flow);
  porch_flow_close (flow);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (thread)), ==, 10);
  /* Nobody may take one's own closing for the end of the data. */
  g_assert_null (porch_flow_pop (flow, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_CANCELLED);
}

static gpointer
close_soon (gpointer data)
{
  g_usleep (20 * 1000);
  porch_flow_close (data);
  return NULL;
}

static void
test_close_wakes_consumer (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (40);
  GThread *thread = g_thread_new ("close", close_soon, flow);
  g_autoptr (GError) error = NULL;

  g_assert_null (porch_flow_pop (flow, &error));
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_CANCELLED);
  g_thread_join (thread);
}

static void
test_close_in_every_state (void)
{
  for (guint state = 0; state < 6; state++)
    {
      g_autoptr (PorchFlow) flow = porch_flow_new (100);
      g_autoptr (GError) error = NULL;

      if (state == 1 || state == 3)
        porch_flow_push (flow, number (1));
      if (state == 2 || state == 3)
        porch_flow_finish (flow, NULL);
      if (state == 4)
        porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_GONE, "gone"));
      if (state == 5)
        porch_flow_close (flow);
      porch_flow_close (flow);
      g_assert_false (porch_flow_push (flow, number (2)));
      porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_GONE, "late"));
      g_assert_null (porch_flow_pop (flow, &error));
      g_assert_error (error, PORCH_ERROR, PORCH_ERROR_CANCELLED);
    }
}

typedef struct {
  PorchFlow *flow;
  GMainLoop *loop;
  guint      next;
  guint      calls;
  guint      freed;
  GError    *error;
} Poll;

static gboolean
on_ready (gpointer data)
{
  Poll *poll = data;
  GBytes *bytes;
  PorchFlowState state;

  poll->calls++;
  while ((state = porch_flow_try_pop (poll->flow, &bytes, &poll->error)) == PORCH_FLOW_DATA)
    g_assert_cmpuint (to_number (bytes), ==, poll->next++);
  if (state == PORCH_FLOW_END)
    g_main_loop_quit (poll->loop);
  return G_SOURCE_REMOVE;
}

static void
on_poll_free (gpointer data)
{
  ((Poll *) data)->freed++;
}

static void
test_polling (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  Poll poll = { porch_flow_new (256), loop };
  GThread *thread = g_thread_new ("produce", produce, porch_flow_ref (poll.flow));

  porch_flow_set_ready (poll.flow, context, on_ready, &poll, on_poll_free);
  g_main_loop_run (loop);
  g_assert_no_error (poll.error);
  g_assert_cmpuint (poll.next, ==, ITEMS);
  g_assert_cmpuint (poll.calls, >, 0);
  g_thread_join (thread);
  porch_flow_close (poll.flow);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (poll.freed, ==, 1);
  porch_flow_unref (poll.flow);
}

/* Asking to be called when there is something already, or when it has ended, does not wait for ever. */
static void
test_ready_at_once (void)
{
  for (guint with_end = 0; with_end < 2; with_end++)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
      Poll poll = { porch_flow_new (256), loop };

      if (with_end)
        porch_flow_finish (poll.flow, NULL);
      else
        porch_flow_push (poll.flow, number (0));
      porch_flow_set_ready (poll.flow, context, on_ready, &poll, on_poll_free);
      g_assert_true (g_main_context_iteration (context, FALSE));
      g_assert_cmpuint (poll.calls, ==, 1);
      porch_flow_unref (poll.flow);
      while (g_main_context_iteration (context, FALSE))
        ;
      g_assert_cmpuint (poll.freed, ==, 1);
    }
}

/* A wake-up that is under way when the consumer goes calls nobody. */
static void
test_no_call_after_close (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Poll poll = { porch_flow_new (256), NULL };
  GBytes *bytes;

  porch_flow_set_ready (poll.flow, context, on_ready, &poll, on_poll_free);
  g_assert_cmpint (porch_flow_try_pop (poll.flow, &bytes, NULL), ==, PORCH_FLOW_EMPTY);
  porch_flow_push (poll.flow, number (0));
  porch_flow_push (poll.flow, number (1)); /* only one wake-up */
  porch_flow_close (poll.flow);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_assert_cmpuint (poll.calls, ==, 0);
  g_assert_cmpuint (poll.freed, ==, 1);
  porch_flow_unref (poll.flow);
}

/* Both sides go at random moments, a thousand times. */
static void
test_storm (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (PorchFlow) flow = porch_flow_new (32);
      GThread *thread = g_thread_new ("produce", produce, porch_flow_ref (flow));
      guint reads = (guint) g_rand_int_range (rand, 0, 40);

      for (guint n = 0; n < reads; n++)
        g_assert_cmpuint (to_number (porch_flow_pop (flow, NULL)), ==, n);
      porch_flow_close (flow);
      g_thread_join (thread);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow/blocking", test_blocking);
  g_test_add_func ("/flow/back-pressure", test_back_pressure);
  g_test_add_func ("/flow/large-item", test_large_item);
  g_test_add_func ("/flow/error-after-data", test_error_after_data);
  g_test_add_func ("/flow/empty-bytes-are-dropped", test_empty_bytes_are_dropped);
  g_test_add_func ("/flow/close-wakes-producer", test_close_wakes_producer);
  g_test_add_func ("/flow/close-wakes-consumer", test_close_wakes_consumer);
  g_test_add_func ("/flow/close-in-every-state", test_close_in_every_state);
  g_test_add_func ("/flow/polling", test_polling);
  g_test_add_func ("/flow/ready-at-once", test_ready_at_once);
  g_test_add_func ("/flow/no-call-after-close", test_no_call_after_close);
  g_test_add_func ("/flow/storm", test_storm);
  return g_test_run ();
}

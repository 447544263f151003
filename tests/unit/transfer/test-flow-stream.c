/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A flow read like a file: chunks, ends, silence, and stopping from another thread. */
#include "config.h"

#include "porch-error.h"
#include "transfer/porch-flow-stream.h"

#include <malloc.h>
#include <string.h>

static GInputStream *
stream_of (PorchFlow *flow, const char *text, guint silence)
{
  if (text != NULL)
    porch_flow_push (flow, g_bytes_new (text, strlen (text)));
  return porch_flow_stream_new (flow, silence, silence);
}

static void
test_chunks (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (1000);
  g_autoptr (GInputStream) stream = stream_of (flow, "ab", 0);
  g_autoptr (GError) error = NULL;
  char buffer[8] = { 0 };

  porch_flow_push (flow, g_bytes_new_static ("cde", 3));
  porch_flow_finish (flow, NULL);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 1, NULL, &error), ==, 1);
  g_assert_cmpint (g_input_stream_read (stream, buffer + 1, 7, NULL, &error), ==, 1);
  g_assert_cmpint (g_input_stream_read (stream, buffer + 2, 6, NULL, &error), ==, 3);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 8, NULL, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (buffer, ==, "abcde");
}

static void
test_broken (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (1000);
  g_autoptr (GInputStream) stream = stream_of (flow, "a", 0);
  g_autoptr (GError) error = NULL;
  char buffer[8];

  porch_flow_finish (flow, g_error_new_literal (PORCH_ERROR, PORCH_ERROR_CHANGED, "it changed"));
  g_assert_cmpint (g_input_stream_read (stream, buffer, 8, NULL, &error), ==, 1);
  g_assert_cmpint (g_input_stream_read (stream, buffer, 8, NULL, &error), ==, -1);
  g_assert_error (error, PORCH_ERROR, PORCH_ERROR_CHANGED);
}

static void
test_silence (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (1000);
  g_autoptr (GInputStream) stream = stream_of (flow, NULL, 1);
  g_autoptr (GError) error = NULL;
  char buffer[8];

  g_assert_cmpint (g_input_stream_read (stream, buffer, 8, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* What the reader's thread and the one that stops it share. */
typedef struct {
  PorchFlow    *flow;
  GCancellable *cancellable;
  GError       *error;
} Reader;

static gpointer
read_one (gpointer data)
{
  Reader *reader = data;
  g_autoptr (GInputStream) stream = porch_flow_stream_new (reader->flow, 0, 0);
  char buffer[8];

  g_assert_cmpint (g_input_stream_read (stream, buffer, sizeof buffer, reader->cancellable, &reader->error), ==, -1);
  return NULL;
}

static void
on_cancelled_slowly (GCancellable *cancellable, gpointer data)
{
  g_usleep (2000);
}

/* The reader wakes up and goes while g_cancellable_cancel() still runs other handlers. */
static void
stop_one (void)
{
  g_autoptr (PorchFlow) flow = porch_flow_new (1000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Reader reader = { flow, cancellable, NULL };
  GThread *thread = g_thread_new ("reader", read_one, &reader);

  g_usleep (1000);
  g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled_slowly), NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_error (reader.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&reader.error);
}

/* Each stopped wait lost the 120 bytes of a GCancellableSource: GLib revives one that is let go while its cancellable is being cancelled,
 * for a call that had come already. Under a sanitizer that keeps its own books it is LeakSanitizer that tells. */
static void
test_stop_loses_nothing (void)
{
  gsize before;

  for (guint i = 0; i < 20; i++)
    stop_one ();
  before = mallinfo2 ().uordblks;
  for (guint i = 0; i < 300; i++)
    stop_one ();
  g_test_message ("%" G_GSIZE_FORMAT " bytes before, %" G_GSIZE_FORMAT " after", before, (gsize) mallinfo2 ().uordblks);
  g_assert_cmpuint (mallinfo2 ().uordblks, <, before + 10000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-stream/chunks", test_chunks);
  g_test_add_func ("/flow-stream/broken", test_broken);
  g_test_add_func ("/flow-stream/silence", test_silence);
  g_test_add_func ("/flow-stream/stop-loses-nothing", test_stop_loses_nothing);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "test-host.h"

#include <stdio.h>
#include <unistd.h>

#include "serve/porch-server-private.h"
#include "test-hostile.h"
#include "test-tree.h"

TestHost *
test_host_new (void)
{
  TestHost *host = g_new0 (TestHost, 1);
  g_autoptr (GError) error = NULL;
  PorchServerParts parts = { 0 };

  host->identity = test_identity_new ();
  host->root = test_tree_new ();
  host->store = porch_store_new (":memory:", NULL, &error);
  g_assert_no_error (error);
  host->trust = porch_trust_table_new (host->store, &error);
  g_assert_no_error (error);
  host->shares = porch_share_list_new (host->store, host->trust, &error);
  g_assert_no_error (error);
  parts.identity = host->identity;
  parts.trust = host->trust;
  parts.shares = host->shares;
  host->server = porch_server_new (&parts, &error);
  g_assert_no_error (error);
  porch_server_set_label (host->server, "Ada", "laptop");
  g_assert_true (porch_server_listen (host->server, NULL, 0, &error));
  g_assert_no_error (error);
  host->port = porch_server_get_port (host->server);
  return host;
}

void
test_host_free (TestHost *host)
{
  if (host == NULL)
    return;
  porch_server_stop (host->server);
  g_assert_finalize_object (host->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (host->shares);
  g_object_unref (host->trust);
  g_object_unref (host->store);
  g_object_unref (host->identity);
  test_tree_remove (host->root);
  g_free (host);
}

void
test_host_trust (TestHost *host, PorchIdentity *peer, PorchTrust trust)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (porch_trust_table_set (host->trust, porch_identity_get_id (peer), trust, &error));
  g_assert_no_error (error);
}

PorchShare *
test_host_share (TestHost *host, const char *name, PorchAudience audience, const char *const *entries)
{
  g_autofree char *path = g_build_filename (host->root, name, NULL);
  g_autoptr (GError) error = NULL;
  PorchShare *share;

  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  test_tree_fill (path, entries);
  share = porch_share_list_add (host->shares, path, name, audience, NULL, FALSE, &error);
  g_assert_no_error (error);
  return share;
}

PorchGateCounts
test_host_counts (TestHost *host)
{
  PorchGateCounts counts;

  porch_gate_get_counts (porch_server_get_gate (host->server), &counts);
  return counts;
}

static gboolean
is_quiet (gpointer data)
{
  PorchGateCounts counts = test_host_counts (data);

  return counts.waiting + counts.ready + counts.shaking + counts.open_known + counts.open_unknown == 0;
}

gboolean
test_host_gets_quiet (TestHost *host)
{
  return test_wait (is_quiet, host, 1000);
}

typedef struct
{
  TestAwayFunc func;
  gpointer data;
  gboolean over;
} Away;

static gboolean
on_away_over (gpointer data)
{
  ((Away *)data)->over = TRUE;
  return G_SOURCE_REMOVE;
}

static gpointer
run_away (gpointer data)
{
  Away *away = data;

  away->func (away->data);
  g_idle_add (on_away_over, away);
  return NULL;
}

void
test_away (TestAwayFunc func, gpointer data)
{
  Away away = { func, data, FALSE };
  GThread *thread = g_thread_new ("test-away", run_away, &away);

  while (!away.over)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
test_wait (gboolean (*condition) (gpointer data), gpointer data, guint milliseconds)
{
  gint64 until = g_get_monotonic_time () + milliseconds * (gint64)1000;
  guint tick = g_timeout_add (10, on_tick, NULL);

  while (!condition (data) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  return condition (data);
}

gsize
test_resident (void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return 0; /* they keep what was freed, so it says nothing */
#else
  g_autofree char *text = NULL;
  gulong all = 0, resident = 0;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  g_assert_cmpint (sscanf (text, "%lu %lu", &all, &resident), ==, 2);
  return resident * (gsize)sysconf (_SC_PAGESIZE) / 1024;
#endif
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A device that only serves: identity, trust, shares and the server on 127.0.0.1, in the main context of the test. What talks
 * to it blocks, so it runs on a thread while the main context is run: test_away(). */
#pragma once

#include "serve/porch-gate.h"
#include "serve/porch-server.h"

G_BEGIN_DECLS

typedef struct
{
  PorchIdentity *identity;
  PorchStore *store;
  PorchTrustTable *trust;
  PorchShareList *shares;
  PorchServer *server;
  guint16 port;
  char *root; /* a folder for shares */
} TestHost;

TestHost *test_host_new (void);
void test_host_free (TestHost *host);
void test_host_trust (TestHost *host, PorchIdentity *peer, PorchTrust trust);
/* Shares root/NAME, filled with @entries as test_tree_fill() takes them. */
PorchShare *test_host_share (TestHost *host, const char *name, PorchAudience audience, const char *const *entries);

PorchGateCounts test_host_counts (TestHost *host);
/* Whether no connection is left, in any state, within a second: clients that went leave nothing behind. */
gboolean test_host_gets_quiet (TestHost *host);

typedef void (*TestAwayFunc) (gpointer data);
/* Runs @func on a thread and the main context until it returns. */
void test_away (TestAwayFunc func, gpointer data);
/* Runs the main context until @condition, at most @milliseconds. */
gboolean test_wait (gboolean (*condition) (gpointer data), gpointer data, guint milliseconds);
/* Resident memory of this process, in KiB; 0 where a sanitizer keeps what is freed. */
gsize test_resident (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestHost, test_host_free)

G_END_DECLS

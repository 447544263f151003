/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole device on 127.0.0.1 without discovery: it can be stopped and started again over the same state, and met by others. Several
 * live in one process and share its main context. */
#pragma once

#include "handout/porch-handout-news.h"
#include "serve/porch-server.h"

G_BEGIN_DECLS

typedef struct {
  char *name;
  char *state, *downloads, *shared; /* folders */
  guint16 port;                     /* kept over restarts */
  gboolean firewalled;              /* nobody can connect to it */

  PorchStore         *store;
  PorchIdentity      *identity;
  PorchTrustTable    *trust;
  PorchPeerList      *peers;
  PorchShareList     *shares;
  PorchPairingDesk   *pairings;
  PorchTransferQueue *queue;
  PorchOfferBook     *book;
  PorchHandoutBook   *handouts;
  PorchHandoutNews   *news;
  PorchServer        *server;
  PorchHoldings      *holdings;
  PorchLimiter       *limiter; /* kept over restarts */
} TestDevice;

TestDevice *test_device_new (const char *name, gboolean firewalled);
void        test_device_free (TestDevice *device);
void        test_device_stop (TestDevice *device);
void        test_device_start (TestDevice *device);
/* @device learns where @other is. */
void        test_device_meet (TestDevice *device, TestDevice *other);
void        test_device_trust (TestDevice *device, TestDevice *other, PorchTrust trust);
/* Its shared folder for everybody; the id. */
const char *test_device_share (TestDevice *device);
const PorchDeviceId *test_device_id (TestDevice *device);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestDevice, test_device_free)

/* Runs the main context until the transfer is in this state; fails after @seconds, or when it ended otherwise. */
void test_device_wait (PorchTransfer *transfer, PorchTransferState state, guint seconds);
void test_device_wait_bytes (PorchTransfer *transfer, gint64 bytes, guint seconds);
/* Runs it for a while. */
void test_device_pass (guint milliseconds);
/* The first incoming offer of @device; waits for it. */
PorchOffer *test_device_wait_offer (TestDevice *device, guint seconds);

G_END_DECLS

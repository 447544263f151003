/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An incoming PorchOffer on the bus. Main thread. Owned by its object. */
#pragma once

#include "porch-bus.h"
#include "porch-engine.h"

G_BEGIN_DECLS

#define PORCH_TYPE_DAEMON_OFFER (porch_daemon_offer_get_type ())
G_DECLARE_FINAL_TYPE (PorchDaemonOffer, porch_daemon_offer, PORCH, DAEMON_OFFER, PorchBusOfferSkeleton)

GDBusInterfaceSkeleton *porch_daemon_offer_new (PorchEngine *engine, PorchOffer *offer);

/* @folder (nullable): "to" of a method's options. PORCH_ERROR_INVALID, _NOT_FOUND, _READ_ONLY with the path. */
gboolean porch_daemon_target_check (const char *folder, GError **error);

G_END_DECLS

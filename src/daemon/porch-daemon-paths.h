/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Object paths and what they name. Main thread. */
#pragma once

#include "porch-engine.h"

G_BEGIN_DECLS

/* All (transfer full). */
char *porch_daemon_path_of_peer (PorchPeer *peer);
char *porch_daemon_path_of_device (const PorchDeviceId *id);
char *porch_daemon_path_of_share (PorchShare *share);
char *porch_daemon_path_of_offer (PorchOffer *offer);
char *porch_daemon_path_of_transfer (PorchTransfer *transfer);
char *porch_daemon_path_of_handout (PorchHandout *handout);

/* (transfer none); PORCH_ERROR_NOT_FOUND. */
PorchPeer *porch_daemon_path_lookup_peer (PorchEngine *engine, const char *path, GError **error);

/* The name of a device for people, also of one that is not in the list of peers any more. (transfer full) */
char *porch_daemon_path_dup_peer_name (PorchEngine *engine, const PorchDeviceId *id);

G_END_DECLS

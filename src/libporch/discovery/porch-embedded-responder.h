/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discovery through a responder of our own: the child process porch-mdns, spoken to in lines over a socket pair (docs/DISCOVERY.md).
 * A child that dies is started again, later each time. */
#pragma once

#include "discovery/porch-responder.h"

G_BEGIN_DECLS

#define PORCH_TYPE_EMBEDDED_RESPONDER (porch_embedded_responder_get_type ())
G_DECLARE_FINAL_TYPE (PorchEmbeddedResponder, porch_embedded_responder, PORCH, EMBEDDED_RESPONDER, PorchResponder)

PorchResponder *porch_embedded_responder_new (PorchPeerList *peers);
/* (transfer full) (nullable): where porch-mdns is: $PORCH_LIBEXECDIR, beside this program, where it was installed. */
char        *porch_embedded_responder_find_program (void);

G_END_DECLS

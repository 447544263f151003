/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discovery through a responder of our own: the child process porch-mdns, spoken to in lines over a socket pair (docs/DISCOVERY.md).
 * A child that dies is started again, later each time. */
#pragma once

#include "discovery/porch-source.h"

G_BEGIN_DECLS

#define PORCH_TYPE_EMBEDDED_SOURCE (porch_embedded_source_get_type ())
G_DECLARE_FINAL_TYPE (PorchEmbeddedSource, porch_embedded_source, PORCH, EMBEDDED_SOURCE, PorchSource)

PorchSource *porch_embedded_source_new (PorchPeerList *peers);
/* (transfer full) (nullable): where porch-mdns is: $PORCH_LIBEXECDIR, beside this program, where it was installed. */
char        *porch_embedded_source_find_program (void);

G_END_DECLS

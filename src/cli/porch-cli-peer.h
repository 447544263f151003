/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers as the command line names, shows and prints them. */
#pragma once

#include "porch-cli-output.h"

G_BEGIN_DECLS

/* Of a device that has proved itself; what less is typed for a stranger must be confirmed by a person (DECISIONS 11). */
#define PORCH_CLI_SURE_DIGITS 16

/* An error of this domain: nobody by that name or address (exit code 4). */
#define PORCH_CLI_NO_PEER (porch_cli_no_peer_quark ())
GQuark        porch_cli_no_peer_quark (void);

/* By name or id prefix, as the daemon understands them. A daemon that this run started gets time to look around first.
 * (transfer full) (nullable) */
PorchBusPeer *porch_cli_find_peer (PorchCli *self, const char *text, GError **error);
/* (transfer full) (nullable) */
PorchBusPeer *porch_cli_peer_at (PorchCli *self, const char *path, GError **error);
/* All that are shown, trusted ones first, then by name. (transfer container) (nullable) */
GPtrArray    *porch_cli_list_peers (PorchCli *self, GError **error);
/* "Ada", "Ada (unverified)"; escaped. (transfer full) */
char         *porch_cli_peer_shown (PorchBusPeer *peer);
void          porch_cli_peer_to_json (PorchBusPeer *peer, JsonBuilder *builder);
/* Whether @typed is at least PORCH_CLI_SURE_DIGITS hex digits. */
gboolean      porch_cli_is_sure_id (const char *typed);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfers as the command line shows, prints and follows them. */
#pragma once

#include "porch-cli-output.h"

G_BEGIN_DECLS

/* (transfer full) (nullable) */
PorchBusTransfer *porch_cli_transfer_at (PorchCli *self, const char *path, GError **error);
/* By id or a prefix that only one has; NULL with NOT_FOUND or AMBIGUOUS. (transfer full) */
PorchBusTransfer *porch_cli_find_transfer (PorchCli *self, const char *id, GError **error);
/* Oldest first. (transfer container) (nullable) */
GPtrArray        *porch_cli_list_transfers (PorchCli *self, GError **error);
void              porch_cli_transfer_to_json (PorchBusTransfer *transfer, JsonBuilder *builder);
gboolean          porch_cli_transfer_is_over (PorchBusTransfer *transfer);
/* "Waiting for Ben to accept · code 471 902", "Downloading", … escaped. (transfer full) */
char             *porch_cli_transfer_state_shown (PorchBusTransfer *transfer);
/* One line of at most @width columns: name, bar, sizes, speed, time left. (transfer full) */
char             *porch_cli_transfer_line (PorchBusTransfer *transfer, int width);
/* The exit code that its end means; PORCH_CLI_DONE while it runs. */
PorchCliExit      porch_cli_transfer_exit (PorchBusTransfer *transfer);

/* For --to: makes @target absolute; FALSE with NOT_FOUND when it is no folder. @to (nullable): then @target is NULL. */
gboolean          porch_cli_check_target (const char *to, char **target, GError **error);

/**
 * porch_cli_follow:
 * @paths: (transfer container) (element-type utf8): objects of transfers
 * @synced: wait until everything is on the disk, not only there and checked
 *
 * Shows their progress until all have ended, then what became of each. Ctrl+C cancels them, a second one leaves at once.
 *
 * Returns: the first exit code that isn't PORCH_CLI_DONE; what failed was printed
 */
PorchCliExit      porch_cli_follow (PorchCli *self, GPtrArray *paths, gboolean synced, GError **error);
/* For --detach: prints them as they are now. */
PorchCliExit      porch_cli_leave (PorchCli *self, GPtrArray *paths, GError **error);

G_END_DECLS

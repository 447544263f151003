/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verbs; each is a recipe that reads from top to bottom. main.c has the table. */
#pragma once

#include "porch-cli.h"

G_BEGIN_DECLS

PorchCliExit porch_cli_verb_status (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_peers (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_connect (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_share (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_ls (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_get (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_send (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_handout (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_join (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_offers (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_accept (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_decline (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_transfers (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_check (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_pause (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_resume (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_cancel (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_watch (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_pair (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_trust (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_untrust (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_block (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_unblock (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_forget (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_autoaccept (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_requests (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_visibility (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_limit (PorchCli *self, char **args, GError **error);
PorchCliExit porch_cli_verb_id (PorchCli *self, char **args, GError **error);

/* `watch --table`: the terminal as a small window, until the loop ends. */
PorchCliExit porch_cli_run_view (PorchCli *self, GError **error);
/* Becomes the window with @files; returns only when it can't. */
PorchCliExit porch_cli_open_window (char **files, GError **error);

G_END_DECLS

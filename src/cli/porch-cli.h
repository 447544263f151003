/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run of `porch VERB`: its options and its connection to the daemon. Main thread; made and owned by main(). */
#pragma once

#include <gio/gio.h>

#include "porch-bus-error.h"
#include "porch-bus-names.h"
#include "porch-bus.h"

G_BEGIN_DECLS

/* The exit codes are a contract with scripts (porch(1)). */
typedef enum {
  PORCH_CLI_DONE = 0,
  PORCH_CLI_FAILED = 1,
  PORCH_CLI_USAGE = 2,
  PORCH_CLI_DECLINED = 3,
  PORCH_CLI_UNREACHABLE = 4, /* no such peer, or it can't be reached */
  PORCH_CLI_NOT_ALLOWED = 5,
} PorchCliExit;

typedef struct _PorchCli PorchCli;
typedef struct _PorchCliVerb PorchCliVerb;

/* Runs a verb; with @error set its kind decides the exit code, see porch_cli_exit_for_error(). */
typedef PorchCliExit (*PorchCliVerbFunc) (PorchCli *cli, char **args, GError **error);

struct _PorchCliVerb {
  const char      *name;
  const char      *arguments; /* "PEER FILE…" for the usage line; translatable */
  const char      *summary;   /* translatable */
  PorchCliVerbFunc run;
};

struct _PorchCli {
  const PorchCliVerb *verb;
  gboolean            json;
  gboolean            out_is_terminal;
  gboolean            err_is_terminal;
  /* owned; NULL until porch_cli_connect() */
  GDBusConnection    *bus;
  PorchBusDaemon     *daemon;
  GDBusObjectManager *objects;
  gint64              started_daemon; /* monotonic time at which this run started it; 0: it ran already */
};

void         porch_cli_clear (PorchCli *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PorchCli, porch_cli_clear)

/**
 * porch_cli_parse:
 * @args: (inout): what follows the verb; on return what is left of it
 * @entries: (nullable): options of this verb; --json and --help are added
 *
 * Returns: FALSE with a G_OPTION_ERROR (exit code 2) when options are wrong or fewer than @min or more than @max arguments are left
 *  (@max -1: no limit)
 */
gboolean     porch_cli_parse (PorchCli *self, char ***args, const GOptionEntry *entries, int min, int max, GError **error);
/* A wrong use: G_OPTION_ERROR_BAD_VALUE, exit code 2. */
void         porch_cli_set_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Finds the daemon on the session bus, starting it when nobody did. */
gboolean     porch_cli_connect (PorchCli *self, GError **error);
/* Everything that the daemon shows now, kept up to date by the main context. (transfer none) (nullable) */
GDBusObjectManager *porch_cli_get_objects (PorchCli *self, GError **error);
/* The proxies of one interface ("Peer", "Share", …), in no order. (transfer container) (nullable) */
GPtrArray   *porch_cli_list (PorchCli *self, const char *interface, GError **error);

PorchCliExit porch_cli_exit_for_error (const GError *error);

G_END_DECLS

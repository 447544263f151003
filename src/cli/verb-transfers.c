/* SPDX-License-Identifier: GPL-3.0-or-later */
/* transfers, pause, resume, cancel, check: jobs. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "porch-cli-format.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

static void
add_row (PorchCliTable *table, PorchBusTransfer *transfer)
{
  gint64 done = porch_bus_transfer_get_bytes_done (transfer), total = porch_bus_transfer_get_bytes_total (transfer);
  gint64 left = porch_bus_transfer_get_time_left (transfer);
  gboolean running = g_strcmp0 (porch_bus_transfer_get_state (transfer), "running") == 0;
  const char *kind = porch_bus_transfer_get_kind (transfer);
  g_autofree char *peer = porch_cli_shown (porch_bus_transfer_get_peer_name (transfer));
  g_autofree char *title = porch_cli_shown (porch_bus_transfer_get_title (transfer));

  porch_cli_table_add (table, porch_bus_transfer_get_id (transfer));
  porch_cli_table_take (table, porch_cli_text_cut (title, 40));
  /* Translators: to or from a device */
  porch_cli_table_take (table, g_strdup_printf (g_strcmp0 (kind, "send") == 0 ? _ ("to %s") : _ ("from %s"), peer));
  porch_cli_table_take (table, total > 0 ? g_strdup_printf ("%d %%", (int) (100.0 * MIN (done, total) / total)) : g_strdup (""));
  porch_cli_table_take (table, g_format_size (total));
  porch_cli_table_take (table, running ? porch_cli_format_rate (porch_bus_transfer_get_rate (transfer)) : g_strdup (""));
  porch_cli_table_take (table, running && left >= 0 ? porch_cli_format_seconds (left) : g_strdup (""));
  porch_cli_table_take (table, porch_cli_transfer_state_shown (transfer));
}

static gboolean
clear_ended (GPtrArray *transfers, GError **error)
{
  for (guint i = transfers->len; i-- > 0;)
    if (porch_cli_transfer_is_over (transfers->pdata[i]))
      {
        if (!porch_bus_transfer_call_clear_sync (transfers->pdata[i], NULL, error))
          return FALSE;
        g_ptr_array_remove_index (transfers, i);
      }
  return TRUE;
}

PorchCliExit
porch_cli_verb_transfers (PorchCli *self, char **args, GError **error)
{
  gboolean clear = FALSE;
  const GOptionEntry entries[] = {
    { "clear", 0, 0, G_OPTION_ARG_NONE, &clear, N_ ("First take those off the list that have ended"), NULL },
    { NULL },
  };
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Id|What|Who|>Done|>Size|>Speed|>Left|State"));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) transfers = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 0, 0, error) || !porch_cli_connect (self, error)
      || (transfers = porch_cli_list_transfers (self, error)) == NULL || (clear && !clear_ended (transfers, error)))
    return PORCH_CLI_FAILED;
  json_builder_begin_array (builder);
  for (guint i = 0; i < transfers->len; i++)
    {
      porch_cli_transfer_to_json (transfers->pdata[i], builder);
      add_row (table, transfers->pdata[i]);
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  else
    porch_cli_print_table (self, table, _ ("Nothing is being transferred."));
  return PORCH_CLI_DONE;
}

typedef gboolean (*TransferCall) (PorchBusTransfer *transfer, GCancellable *cancellable, GError **error);

static PorchCliExit
change (PorchCli *self, char **args, TransferCall call, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 1, -1, error) || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  for (guint i = 0; rest[i] != NULL; i++)
    {
      g_autoptr (PorchBusTransfer) transfer = porch_cli_find_transfer (self, rest[i], error);

      if (transfer == NULL || !call (transfer, NULL, error))
        return PORCH_CLI_FAILED;
      g_ptr_array_add (paths, g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (transfer))));
    }
  if (self->json)
    return porch_cli_leave (self, paths, error);
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_pause (PorchCli *self, char **args, GError **error)
{
  return change (self, args, porch_bus_transfer_call_pause_sync, error);
}

PorchCliExit
porch_cli_verb_resume (PorchCli *self, char **args, GError **error)
{
  return change (self, args, porch_bus_transfer_call_resume_sync, error);
}

PorchCliExit
porch_cli_verb_cancel (PorchCli *self, char **args, GError **error)
{
  return change (self, args, porch_bus_transfer_call_cancel_sync, error);
}

static char *
begin_check (PorchCli *self, const char *id, GError **error)
{
  g_autoptr (PorchBusTransfer) transfer = porch_cli_find_transfer (self, id, error);
  char *path = NULL;

  if (transfer != NULL)
    porch_bus_transfer_call_check_sync (transfer, &path, NULL, error);
  return path;
}

/* Whole is 0; whatever is not as it came is said, and is 1. */
PorchCliExit
porch_cli_verb_check (PorchCli *self, char **args, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) rest = g_strdupv (args);
  gboolean detach = FALSE;
  const GOptionEntry entries[] = {
    { "detach", 0, 0, G_OPTION_ARG_NONE, &detach, N_ ("Don't wait; it goes on by itself"), NULL },
    { NULL },
  };

  if (!porch_cli_parse (self, &rest, entries, 1, -1, error) || !porch_cli_connect (self, error))
    return PORCH_CLI_FAILED;
  for (guint i = 0; rest[i] != NULL; i++)
    {
      char *path = begin_check (self, rest[i], error);

      if (path == NULL)
        return PORCH_CLI_FAILED;
      g_ptr_array_add (paths, path);
    }
  return detach ? porch_cli_leave (self, paths, error) : porch_cli_follow (self, paths, TRUE, error);
}

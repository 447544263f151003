/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "porch-cli-format.h"
#include "porch-cli-transfer.h"
#include "porch-error.h"

/* Below this many columns name and bar are short, so that the numbers still fit. */
#define WIDE_TERMINAL 100

PorchBusTransfer *
porch_cli_transfer_at (PorchCli *self, const char *path, GError **error)
{
  return porch_bus_transfer_proxy_new_sync (self->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, PORCH_BUS_NAME, path, NULL, error);
}

static int
compare_transfers (gconstpointer a, gconstpointer b)
{
  PorchBusTransfer *one = *(PorchBusTransfer **) a, *other = *(PorchBusTransfer **) b;
  gint64 first = porch_bus_transfer_get_created (one), second = porch_bus_transfer_get_created (other);

  return first != second ? (first < second ? -1 : 1) : g_strcmp0 (porch_bus_transfer_get_id (one), porch_bus_transfer_get_id (other));
}

GPtrArray *
porch_cli_list_transfers (PorchCli *self, GError **error)
{
  GPtrArray *transfers = porch_cli_list (self, "Transfer", error);

  if (transfers != NULL)
    g_ptr_array_sort (transfers, compare_transfers);
  return transfers;
}

PorchBusTransfer *
porch_cli_find_transfer (PorchCli *self, const char *id, GError **error)
{
  g_autoptr (GPtrArray) transfers = porch_cli_list_transfers (self, error);
  PorchBusTransfer *found = NULL;

  if (transfers == NULL)
    return NULL;
  for (guint i = 0; i < transfers->len; i++)
    {
      const char *own = porch_bus_transfer_get_id (transfers->pdata[i]);

      if (g_strcmp0 (own, id) == 0)
        return g_object_ref (transfers->pdata[i]);
      if (*id == '\0' || own == NULL || !g_str_has_prefix (own, id))
        continue;
      if (found != NULL)
        {
          g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_EXISTS, _ ("More than one transfer begins with “%s”; type more of its id."), id);
          return NULL;
        }
      found = transfers->pdata[i];
    }
  if (found == NULL)
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND, _ ("There is no transfer “%s”; “porch transfers” lists them."), id);
  return found ? g_object_ref (found) : NULL;
}

static gboolean
is_state (PorchBusTransfer *transfer, const char *state)
{
  return g_strcmp0 (porch_bus_transfer_get_state (transfer), state) == 0;
}

gboolean
porch_cli_transfer_is_over (PorchBusTransfer *transfer)
{
  static const char *const ends[] = { "done", "declined", "cancelled", "failed", NULL };
  const char *state = porch_bus_transfer_get_state (transfer);

  return state != NULL && g_strv_contains (ends, state);
}

static void
error_to_json (PorchBusTransfer *transfer, JsonBuilder *builder)
{
  const char *name = porch_bus_transfer_get_error_name (transfer);

  json_builder_set_member_name (builder, "error");
  if (name == NULL || *name == '\0')
    {
      json_builder_add_null_value (builder);
      return;
    }
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "code", porch_error_to_code (porch_bus_error_parse_name (name)));
  porch_cli_json_text (builder, "message", porch_bus_transfer_get_error_message (transfer));
  json_builder_end_object (builder);
}

static void
problems_to_json (PorchBusTransfer *transfer, JsonBuilder *builder)
{
  GVariant *problems = porch_bus_transfer_get_problems (transfer);
  const char *path, *message;
  GVariantIter iter;

  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  if (problems != NULL)
    {
      g_variant_iter_init (&iter, problems);
      while (g_variant_iter_next (&iter, "(&s&s)", &path, &message))
        {
          json_builder_begin_object (builder);
          porch_cli_json_text (builder, "path", path);
          porch_cli_json_text (builder, "message", message);
          json_builder_end_object (builder);
        }
    }
  json_builder_end_array (builder);
  porch_cli_json_int (builder, "problem_count", porch_bus_transfer_get_problem_count (transfer));
}

static void
results_to_json (PorchBusTransfer *transfer, JsonBuilder *builder)
{
  const char *const *results = porch_bus_transfer_get_results (transfer);

  porch_cli_json_path (builder, "target", porch_bus_transfer_get_target (transfer));
  json_builder_set_member_name (builder, "results");
  json_builder_begin_array (builder);
  for (guint i = 0; results != NULL && results[i] != NULL; i++)
    {
      g_autofree char *text
          = g_utf8_validate (results[i], -1, NULL) ? g_strdup (results[i]) : porch_cli_shown (results[i]);
      json_builder_add_string_value (builder, text);
    }
  json_builder_end_array (builder);
}

void
porch_cli_transfer_to_json (PorchBusTransfer *transfer, JsonBuilder *builder)
{
  const char *peer = porch_bus_transfer_get_peer (transfer);

  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_transfer_get_id (transfer));
  porch_cli_json_string (builder, "kind", porch_bus_transfer_get_kind (transfer));
  porch_cli_json_text (builder, "title", porch_bus_transfer_get_title (transfer));
  porch_cli_json_text (builder, "peer", porch_bus_transfer_get_peer_name (transfer));
  porch_cli_json_string (builder, "peer_id",
                         peer && g_str_has_prefix (peer, PORCH_BUS_PEERS_PATH) ? peer + strlen (PORCH_BUS_PEERS_PATH) : NULL);
  porch_cli_json_string (builder, "state", porch_bus_transfer_get_state (transfer));
  porch_cli_json_int (builder, "bytes_done", porch_bus_transfer_get_bytes_done (transfer));
  porch_cli_json_int (builder, "bytes_total", porch_bus_transfer_get_bytes_total (transfer));
  porch_cli_json_int (builder, "files_done", porch_bus_transfer_get_files_done (transfer));
  porch_cli_json_int (builder, "files_total", porch_bus_transfer_get_files_total (transfer));
  porch_cli_json_int (builder, "rate", porch_bus_transfer_get_rate (transfer));
  porch_cli_json_int (builder, "time_left", porch_bus_transfer_get_time_left (transfer));
  porch_cli_json_int (builder, "queue_position", porch_bus_transfer_get_queue_position (transfer));
  porch_cli_json_int (builder, "turn", porch_bus_transfer_get_turn (transfer));
  porch_cli_json_string (builder, "code", porch_bus_transfer_get_code (transfer));
  porch_cli_json_string (builder, "handout", porch_bus_transfer_get_hand_out (transfer));
  error_to_json (transfer, builder);
  problems_to_json (transfer, builder);
  results_to_json (transfer, builder);
  porch_cli_json_time (builder, "created", porch_bus_transfer_get_created (transfer));
  porch_cli_json_time (builder, "finished", porch_bus_transfer_get_finished (transfer));
  json_builder_end_object (builder);
}

static char *
waiting_shown (PorchBusTransfer *transfer)
{
  const char *code = porch_bus_transfer_get_code (transfer);
  g_autofree char *peer = porch_cli_shown (porch_bus_transfer_get_peer_name (transfer));
  g_autofree char *code_shown = porch_cli_shown (code);

  if (code != NULL && *code)
    /* Translators: Ben, a comparison code; both people see the same one */
    return g_strdup_printf (_ ("Waiting for %s to accept · code %s"), peer, code_shown);
  return g_strdup_printf (_ ("Waiting for %s to accept"), peer);
}

static char *
with_reason (PorchBusTransfer *transfer, const char *word)
{
  g_autofree char *reason = porch_cli_shown (porch_bus_transfer_get_error_message (transfer));

  return *reason ? g_strdup_printf ("%s: %s", word, reason) : g_strdup (word);
}

char *
porch_cli_transfer_state_shown (PorchBusTransfer *transfer)
{
  guint position = porch_bus_transfer_get_queue_position (transfer);

  if (is_state (transfer, "waiting"))
    return waiting_shown (transfer);
  if (is_state (transfer, "queued"))
    return position > 0 ? g_strdup_printf (_ ("In line, number %u"), position) : g_strdup (_ ("In line"));
  if (is_state (transfer, "preparing"))
    return g_strdup (_ ("Preparing"));
  if (is_state (transfer, "connecting"))
    return g_strdup (_ ("Connecting"));
  if (is_state (transfer, "running") && porch_bus_transfer_get_turn (transfer) > 0)
    return g_strdup_printf (_ ("In line at the other device, number %u"), porch_bus_transfer_get_turn (transfer));
  if (is_state (transfer, "running") && porch_bus_transfer_get_checking (transfer))
    return g_strdup (_ ("Checking"));
  if (is_state (transfer, "running"))
    return g_strdup (g_strcmp0 (porch_bus_transfer_get_kind (transfer), "send") == 0 ? _ ("Sending") : _ ("Downloading"));
  if (is_state (transfer, "stalled"))
    return with_reason (transfer, _ ("Interrupted; goes on by itself"));
  if (is_state (transfer, "paused"))
    return with_reason (transfer, _ ("Paused"));
  if (is_state (transfer, "settling"))
    return g_strdup (_ ("Writing to disk"));
  if (is_state (transfer, "done") && porch_bus_transfer_get_checking (transfer))
    return g_strdup (porch_bus_transfer_get_problem_count (transfer) == 0 ? _ ("Checked: as it came") : _ ("Checked: not all as it came"));
  if (is_state (transfer, "done"))
    return g_strdup (_ ("Done"));
  if (is_state (transfer, "declined"))
    return g_strdup (_ ("Declined"));
  if (is_state (transfer, "cancelled"))
    return g_strdup (_ ("Cancelled"));
  return with_reason (transfer, _ ("Failed"));
}

static char *
numbers_shown (PorchBusTransfer *transfer, int bar_width)
{
  gint64 done = porch_bus_transfer_get_bytes_done (transfer), total = porch_bus_transfer_get_bytes_total (transfer);
  gint64 left = porch_bus_transfer_get_time_left (transfer);
  g_autofree char *bar = porch_cli_format_bar (done, total, bar_width);
  g_autofree char *done_text = g_format_size (done), *total_text = g_format_size (total);
  g_autofree char *rate = porch_cli_format_rate (porch_bus_transfer_get_rate (transfer));
  g_autofree char *left_text = left >= 0 && done < total ? porch_cli_format_seconds (left) : g_strdup ("");

  /* Translators: a bar, 1.2 GB of 4.4 GB, 48 MB/s, 1:07 (time left) */
  return g_strdup_printf (_ ("%s %3d %%  %s of %s  %s  %s"), bar, total > 0 ? (int) (100.0 * MIN (done, total) / total) : 0, done_text,
                          total_text, rate, left_text);
}

char *
porch_cli_transfer_line (PorchBusTransfer *transfer, int width)
{
  int title_width = width < WIDE_TERMINAL ? 18 : 28, bar_width = width < WIDE_TERMINAL ? 12 : 22;
  g_autofree char *title = porch_cli_shown (porch_bus_transfer_get_title (transfer));
  g_autofree char *cut = porch_cli_text_cut (title, title_width);
  g_autofree char *rest = is_state (transfer, "running") && porch_bus_transfer_get_bytes_total (transfer) > 0
                              ? numbers_shown (transfer, bar_width)
                              : porch_cli_transfer_state_shown (transfer);
  g_autofree char *line = g_strdup_printf ("%s%*s  %s", cut, title_width - porch_cli_text_width (cut), "", rest);

  return porch_cli_text_cut (g_strchomp (line), width);
}

PorchCliExit
porch_cli_transfer_exit (PorchBusTransfer *transfer)
{
  g_autoptr (GError) error = NULL;

  if (is_state (transfer, "declined"))
    return PORCH_CLI_DECLINED;
  if (is_state (transfer, "cancelled"))
    return PORCH_CLI_FAILED;
  if (!is_state (transfer, "failed"))
    return porch_bus_transfer_get_problem_count (transfer) > 0 ? PORCH_CLI_FAILED : PORCH_CLI_DONE;
  error = g_error_new_literal (PORCH_BUS_ERROR, porch_bus_error_parse_name (porch_bus_transfer_get_error_name (transfer)), "");
  return porch_cli_exit_for_error (error);
}

gboolean
porch_cli_check_target (const char *to, char **target, GError **error)
{
  g_autofree char *shown = porch_cli_shown (to);

  *target = to ? g_canonicalize_filename (to, NULL) : NULL;
  if (to == NULL || g_file_test (*target, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND, _ ("There is no folder “%s” to put it in."), shown);
  return FALSE;
}

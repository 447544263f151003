/* SPDX-License-Identifier: GPL-3.0-or-later */
/* offers, accept, decline: what peers want to hand me. */
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "porch-cli-format.h"
#include "porch-cli-transfer.h"
#include "verbs.h"

/* Names in the table; --json has all that the offer states. */
#define SHOWN_NAMES 3
#define SHOWN_ID 8

static void
offer_to_json (PorchBusOffer *offer, JsonBuilder *builder)
{
  const char *peer = porch_bus_offer_get_peer (offer);

  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_offer_get_id (offer));
  porch_cli_json_text (builder, "peer", porch_bus_offer_get_peer_name (offer));
  porch_cli_json_string (builder, "peer_id",
                         peer && g_str_has_prefix (peer, PORCH_BUS_PEERS_PATH) ? peer + strlen (PORCH_BUS_PEERS_PATH) : NULL);
  porch_cli_json_string (builder, "trust", porch_bus_offer_get_peer_trust (offer));
  porch_cli_json_string (builder, "kind", porch_bus_offer_get_kind (offer));
  porch_cli_json_strv (builder, "names", porch_bus_offer_get_names (offer));
  porch_cli_json_int (builder, "files", porch_bus_offer_get_files (offer));
  porch_cli_json_int (builder, "bytes", porch_bus_offer_get_bytes (offer));
  porch_cli_json_string (builder, "text", porch_bus_offer_get_text (offer));
  porch_cli_json_string (builder, "state", porch_bus_offer_get_state (offer));
  porch_cli_json_string (builder, "code", porch_bus_offer_get_code (offer));
  porch_cli_json_time (builder, "received", porch_bus_offer_get_received (offer));
  json_builder_end_object (builder);
}

static char *
names_shown (PorchBusOffer *offer)
{
  const char *const *names = porch_bus_offer_get_names (offer);
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  if (g_strcmp0 (porch_bus_offer_get_kind (offer), "text") == 0)
    {
      g_autofree char *shown = porch_cli_shown (porch_bus_offer_get_text (offer));
      return porch_cli_text_cut (shown, 60);
    }
  for (i = 0; names != NULL && names[i] != NULL && i < SHOWN_NAMES; i++)
    {
      g_autofree char *shown = porch_cli_shown (names[i]);
      g_autofree char *cut = porch_cli_text_cut (shown, 40);
      g_string_append_printf (text, "%s%s", i ? ", " : "", cut);
    }
  if (names != NULL && names[i] != NULL)
    g_string_append (text, ", …");
  return g_strdup (text->str);
}

static const char *
offer_state_shown (PorchBusOffer *offer)
{
  static const struct {
    const char *state;
    const char *word;
  } words[] = { { "pending", N_ ("waits for you") }, { "accepted", N_ ("accepted") },   { "declined", N_ ("declined") }, { "done", N_ ("done") },
                { "failed", N_ ("failed") },         { "withdrawn", N_ ("withdrawn") }, { "expired", N_ ("expired") } };
  const char *state = porch_bus_offer_get_state (offer);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (state, words[i].state) == 0)
      return _ (words[i].word);
  return "";
}

static void
add_row (PorchCliTable *table, PorchBusOffer *offer)
{
  const char *id = porch_bus_offer_get_id (offer);
  const char *trust = porch_bus_offer_get_peer_trust (offer);

  porch_cli_table_take (table, g_strndup (id ? id : "", SHOWN_ID));
  porch_cli_table_take (table, porch_cli_shown (porch_bus_offer_get_peer_name (offer)));
  porch_cli_table_add (table, g_strcmp0 (trust, "trusted") == 0 ? _ ("trusted") : _ ("not trusted"));
  porch_cli_table_take (table, porch_cli_shown (porch_bus_offer_get_code (offer)));
  porch_cli_table_take (table, g_strdup_printf ("%" G_GINT64_FORMAT, porch_bus_offer_get_files (offer)));
  porch_cli_table_take (table, g_format_size (porch_bus_offer_get_bytes (offer)));
  porch_cli_table_add (table, offer_state_shown (offer));
  porch_cli_table_take (table, names_shown (offer));
}

static int
compare_offers (gconstpointer a, gconstpointer b)
{
  gint64 one = porch_bus_offer_get_received (*(PorchBusOffer **) a), other = porch_bus_offer_get_received (*(PorchBusOffer **) b);

  return (one > other) - (one < other);
}

PorchCliExit
porch_cli_verb_offers (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchCliTable) table = porch_cli_table_new (_ ("Id|From|Trust|Code|>Files|>Size|State|What"));
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) offers = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 0, 0, error) || !porch_cli_connect (self, error)
      || (offers = porch_cli_list (self, "Offer", error)) == NULL)
    return PORCH_CLI_FAILED;
  g_ptr_array_sort (offers, compare_offers);
  json_builder_begin_array (builder);
  for (guint i = 0; i < offers->len; i++)
    {
      offer_to_json (offers->pdata[i], builder);
      add_row (table, offers->pdata[i]);
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  else
    porch_cli_print_table (self, table, _ ("Nobody wants to hand you anything."));
  return PORCH_CLI_DONE;
}

/* By id or a prefix that only one has. Exactly one is answered, whatever else is pending. */
static PorchBusOffer *
find_offer (PorchCli *self, const char *id, GError **error)
{
  g_autoptr (GPtrArray) offers = porch_cli_list (self, "Offer", error);
  PorchBusOffer *found = NULL;
  guint matches = 0;

  if (offers == NULL)
    return NULL;
  for (guint i = 0; i < offers->len; i++)
    {
      const char *own = porch_bus_offer_get_id (offers->pdata[i]);

      if (own != NULL && *id && g_str_has_prefix (own, id) && ++matches)
        found = offers->pdata[i];
    }
  if (matches == 1)
    return g_object_ref (found);
  if (matches == 0)
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_NOT_FOUND, _ ("Nobody offers you anything with the id “%s”; “porch offers” lists what there is."), id);
  else
    g_set_error (error, PORCH_BUS_ERROR, PORCH_BUS_ERROR_EXISTS, _ ("More than one offer begins with “%s”; type more of its id."), id);
  return NULL;
}

/* A text came with the offer itself; to accept it is to read it. */
static PorchCliExit
print_text (PorchCli *self, PorchBusOffer *offer)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!self->json)
    {
      /* On a terminal nothing of it may be a command to the terminal. */
      g_auto (GStrv) lines = g_strsplit (porch_bus_offer_get_text (offer), "\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        {
          g_autofree char *shown = self->out_is_terminal ? porch_cli_shown (lines[i]) : g_strdup (lines[i]);
          puts (shown);
        }
      return PORCH_CLI_DONE;
    }
  json_builder_begin_array (builder);
  offer_to_json (offer, builder);
  json_builder_end_array (builder);
  porch_cli_print_json (builder, FALSE);
  return PORCH_CLI_DONE;
}

PorchCliExit
porch_cli_verb_accept (PorchCli *self, char **args, GError **error)
{
  g_autofree char *to = NULL, *target = NULL, *transfer = NULL;
  gboolean wait = FALSE, trust = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &to, N_ ("Into this folder (default: the downloads folder)"), N_ ("DIR") },
    { "wait", 0, 0, G_OPTION_ARG_NONE, &wait, N_ ("Wait until all is there"), NULL },
    { "trust", 0, 0, G_OPTION_ARG_NONE, &trust, N_ ("The code is the same on both screens: trust this device from now on"), NULL },
    { NULL },
  };
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GPtrArray) transfers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (PorchBusOffer) offer = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, entries, 1, 1, error) || !porch_cli_check_target (to, &target, error) || !porch_cli_connect (self, error)
      || (offer = find_offer (self, rest[0], error)) == NULL)
    return PORCH_CLI_FAILED;
  if (target != NULL)
    g_variant_dict_insert_value (&options, "to", g_variant_new_bytestring (target));
  if (trust)
    g_variant_dict_insert (&options, "trust", "b", TRUE);
  if (!porch_bus_offer_call_accept_sync (offer, g_variant_dict_end (&options), &transfer, NULL, error))
    return PORCH_CLI_FAILED;
  if (g_strcmp0 (porch_bus_offer_get_kind (offer), "text") == 0)
    return print_text (self, offer);
  g_ptr_array_add (transfers, g_steal_pointer (&transfer));
  return wait ? porch_cli_follow (self, transfers, FALSE, error) : porch_cli_leave (self, transfers, error);
}

PorchCliExit
porch_cli_verb_decline (PorchCli *self, char **args, GError **error)
{
  g_autoptr (PorchBusOffer) offer = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) rest = g_strdupv (args);

  if (!porch_cli_parse (self, &rest, NULL, 1, 1, error) || !porch_cli_connect (self, error) || (offer = find_offer (self, rest[0], error)) == NULL
      || !porch_bus_offer_call_decline_sync (offer, NULL, error))
    return PORCH_CLI_FAILED;
  json_builder_begin_object (builder);
  porch_cli_json_string (builder, "id", porch_bus_offer_get_id (offer));
  porch_cli_json_string (builder, "state", "declined");
  json_builder_end_object (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  porch_cli_say (self, _ ("Declined."));
  return PORCH_CLI_DONE;
}

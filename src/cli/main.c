/* SPDX-License-Identifier: GPL-3.0-or-later */
/* porch: the one command to remember. Without a verb, or with files, the window; with a verb the command line. */
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "porch-cli-output.h"
#include "porch-cli-peer.h"
#include "porch-error.h"
#include "verbs.h"

static const PorchCliVerb verbs[] = {
  { "status", "", N_ ("This device: id, name, port, version, discovery, confinement"), porch_cli_verb_status },
  { "peers", "", N_ ("Who is there"), porch_cli_verb_peers },
  { "connect", N_ ("ADDRESS[:PORT]"), N_ ("Add a device by its address"), porch_cli_verb_connect },
  { "share", N_ ("add FOLDER | list | set ID | remove ID"), N_ ("The folders that I share"), porch_cli_verb_share },
  { "ls", N_ ("[PEER[:SHARE[/PATH]]]"), N_ ("What others share, and what is in it"), porch_cli_verb_ls },
  { "get", N_ ("PEER:SHARE/PATH…"), N_ ("Fetch files or whole folders"), porch_cli_verb_get },
  { "send", N_ ("PEER FILE…"), N_ ("Hand over files, folders or a text"), porch_cli_verb_send },
  { "handout", N_ ("open FILE… | list | show NUMBER | end NUMBER | again NUMBER | clear NUMBER"), N_ ("Hand files out to whoever types a number"), porch_cli_verb_handout },
  { "join", N_ ("NUMBER"), N_ ("Take what somebody hands out under a number"), porch_cli_verb_join },
  { "offers", "", N_ ("What others want to hand me"), porch_cli_verb_offers },
  { "accept", N_ ("ID"), N_ ("Take what somebody offers"), porch_cli_verb_accept },
  { "decline", N_ ("ID"), N_ ("Refuse what somebody offers"), porch_cli_verb_decline },
  { "transfers", "", N_ ("What is moving, waiting and done"), porch_cli_verb_transfers },
  { "pause", N_ ("ID…"), N_ ("Hold transfers"), porch_cli_verb_pause },
  { "resume", N_ ("ID…"), N_ ("Let held transfers go on"), porch_cli_verb_resume },
  { "cancel", N_ ("ID…"), N_ ("End transfers for good"), porch_cli_verb_cancel },
  { "check", N_ ("ID…"), N_ ("Check finished downloads again, and repair them"), porch_cli_verb_check },
  { "watch", "", N_ ("What happens, as it happens"), porch_cli_verb_watch },
  { "pair", N_ ("PEER"), N_ ("Trust each other by comparing a code"), porch_cli_verb_pair },
  { "trust", N_ ("ID"), N_ ("Trust the device that has this id"), porch_cli_verb_trust },
  { "untrust", N_ ("PEER"), N_ ("Stop trusting a device"), porch_cli_verb_untrust },
  { "block", N_ ("PEER"), N_ ("Cut a device off"), porch_cli_verb_block },
  { "unblock", N_ ("PEER"), N_ ("Let a blocked device speak again"), porch_cli_verb_unblock },
  { "forget", N_ ("PEER"), N_ ("Take a device off the list"), porch_cli_verb_forget },
  { "autoaccept", N_ ("PEER [on | off]"), N_ ("Whether what a trusted device sends is taken without asking"),
    porch_cli_verb_autoaccept },
  { "visibility", N_ ("[visible | 10min | hidden | always]"), N_ ("Who sees me"), porch_cli_verb_visibility },
  { "limit", N_ ("[up | down RATE]"), N_ ("How fast files go out and come in"), porch_cli_verb_limit },
  { "requests", N_ ("[anyone | trusted]"), N_ ("Who may ask me to take something"), porch_cli_verb_requests },
  { "id", N_ ("FILE…"), N_ ("Content ids of files here, or there (BitTorrent v2's “pieces root”)"), porch_cli_verb_id },
};

static void
print_help (void)
{
  printf ("%s\n\n", _ ("Usage: porch [FILE…]          open the window, or send these files\n"
                       "       porch [--json] VERB …  do it here"));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    printf ("  %-11s %s\n", verbs[i].name, _ (verbs[i].summary));
  printf ("\n%s\n", _ ("“porch VERB --help” tells more. A PEER is a name or the beginning of an id.\n"
                       "Exit codes: 0 done, 1 failed, 2 wrong use, 3 declined, 4 no such device or not reachable, 5 not allowed."));
}

static const PorchCliVerb *
find_verb (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, name) == 0)
      return &verbs[i];
  return NULL;
}

static const char *
error_word (const GError *error)
{
  PorchBusError code;

  if (error->domain == G_OPTION_ERROR)
    return "usage";
  if (error->domain == PORCH_CLI_NO_PEER)
    return "not-found";
  code = porch_bus_error_code (error);
  return code == PORCH_BUS_ERROR_FAILED ? "failed" : porch_error_to_code (code);
}

static PorchCliExit
report_error (PorchCli *cli, GError *error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *message = NULL;

  porch_bus_error_strip (error);
  message = porch_cli_shown (error->message);
  fprintf (stderr, "porch: %s\n", message);
  if (cli->json)
    {
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "error");
      json_builder_begin_object (builder);
      porch_cli_json_string (builder, "code", error_word (error));
      porch_cli_json_text (builder, "message", message);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
      porch_cli_print_json (builder, FALSE);
    }
  return error->domain == PORCH_CLI_NO_PEER ? PORCH_CLI_UNREACHABLE : porch_cli_exit_for_error (error);
}

static gboolean
is_place_of_a_file (const char *word)
{
  return g_file_test (word, G_FILE_TEST_EXISTS) || strchr (word, '/') != NULL || g_uri_is_valid (word, G_URI_FLAGS_NONE, NULL);
}

static PorchCliExit
run_without_verb (char **args, GError **error)
{
  if (args[0] == NULL || is_place_of_a_file (args[0]))
    return porch_cli_open_window (args, error);
  porch_cli_set_usage_error (error, _ ("There is no verb “%s”, nor a file of that name. “porch --help” lists the verbs."), args[0]);
  return PORCH_CLI_FAILED;
}

/* What stands before the verb. Returns TRUE when that was all. */
static gboolean
take_leading_options (PorchCli *cli, char ***args)
{
  for (; **args != NULL && ***args == '-'; (*args)++)
    {
      if (strcmp (**args, "--json") == 0)
        cli->json = TRUE;
      else if (strcmp (**args, "--help") == 0 || strcmp (**args, "-h") == 0)
        print_help ();
      else if (strcmp (**args, "--version") == 0)
        printf ("porch %s\n", PORCH_VERSION);
      else
        break;
      if (strcmp (**args, "--json") != 0)
        return TRUE;
    }
  return FALSE;
}

static void
set_up_language (void)
{
  const char *tree = g_getenv ("PORCH_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, tree && *tree ? tree : PORCH_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  g_auto (PorchCli) cli = { .out_is_terminal = isatty (STDOUT_FILENO), .err_is_terminal = isatty (STDERR_FILENO) };
  g_autoptr (GError) error = NULL;
  char **args = argv + 1;
  PorchCliExit exit;

  set_up_language ();
  if (take_leading_options (&cli, &args))
    return PORCH_CLI_DONE;
  if (args[0] != NULL && strcmp (args[0], "help") == 0)
    {
      print_help ();
      return PORCH_CLI_DONE;
    }
  cli.verb = args[0] ? find_verb (args[0]) : NULL;
  exit = cli.verb ? cli.verb->run (&cli, args + 1, &error) : run_without_verb (args, &error);
  return error ? report_error (&cli, error) : exit;
}

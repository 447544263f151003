/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-options.h"

#include "share/porch-path.h"

#include <glib/gi18n.h>

/* Below are the ports of system services, which other devices don't dial (docs/DISCOVERY.md). */
#define MIN_PORT 1024
#define MAX_PORT (G_MAXUINT16 - 1)

typedef struct
{
  const char *word;
  int value;
} Choice;

static const Choice discoveries[] = {
  { "auto", PORCH_DISCOVERY_AUTO },
  { "avahi", PORCH_DISCOVERY_AVAHI },
  { "embedded", PORCH_DISCOVERY_EMBEDDED },
  { "off", PORCH_DISCOVERY_OFF },
  { NULL },
};

static const Choice visibilities[] = {
  { "auto", PORCH_VISIBILITY_AUTO },
  { "visible", PORCH_VISIBILITY_VISIBLE },
  { "hidden", PORCH_VISIBILITY_HIDDEN },
  { "always", PORCH_VISIBILITY_ALWAYS },
  { NULL },
};

static gboolean
choose (const Choice *choices, const char *option, const char *word, int *value, GError **error)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (; choices->word; choices++)
    {
      if (g_strcmp0 (choices->word, word) == 0)
        {
          *value = choices->value;
          return TRUE;
        }
      g_string_append_printf (words, "%s%s", words->len ? ", " : "", choices->word);
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--%s takes one of %s, not “%s”."), option, words->str,
               word);
  return FALSE;
}

static gboolean
check_port (int port, guint16 *out, GError **error)
{
  if (port != 0 && (port < MIN_PORT || port > MAX_PORT))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--port takes a number from %d to %d, or 0 for any free one, not %d."), MIN_PORT, MAX_PORT, port);
      return FALSE;
    }
  *out = port == 0 ? G_MAXUINT16 : (guint16)port;
  return TRUE;
}

static gboolean
check_name (const char *name, GError **error)
{
  g_autoptr (GError) reason = NULL;

  if (name == NULL || porch_label_check (name, &reason))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _ ("--name: %s"), reason->message);
  return FALSE;
}

gboolean
porch_daemon_options_parse (PorchDaemonOptions *options, int *argc, char ***argv, GError **error)
{
  g_autofree char *discovery = NULL;
  g_autofree char *visibility = NULL;
  int port = -1;
  const GOptionEntry entries[] = {
    { "name", 'n', 0, G_OPTION_ARG_STRING, &options->name, N_ ("The name that others see"), N_ ("NAME") },
    { "port", 'p', 0, G_OPTION_ARG_INT, &port, N_ ("Listen on this TCP port (47317; another one if it is taken)"), N_ ("N") },
    { "discovery", 0, 0, G_OPTION_ARG_STRING, &discovery, N_ ("How to find others: auto, avahi, embedded or off"),
      N_ ("MODE") },
    { "visibility", 0, 0, G_OPTION_ARG_STRING, &visibility, N_ ("Who sees this device: auto, visible, hidden or always"),
      N_ ("MODE") },
    { "new-identity", 0, 0, G_OPTION_ARG_NONE, &options->new_identity,
      N_ ("Become a new device (for a copied disk): the old key is set aside, and others must trust this one anew"), NULL },
    { "hold", 0, 0, G_OPTION_ARG_NONE, &options->hold,
      N_ ("At the very first start: reach and announce nothing until somebody chose who may see this device"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, N_ ("Show the version and exit"), NULL },
    { "loopback", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &options->loopback, "Listen on 127.0.0.1 only (tests)", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  int mode = 0, visible = 0;

  g_option_context_set_summary (
      context, _ ("Shares folders with the computers around you. Usually started on demand by porch or by the session."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc > 1)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _ ("“%s” was not expected: porchd takes options only."),
                   (*argv)[1]);
      return FALSE;
    }
  if (!choose (discoveries, "discovery", discovery ? discovery : "auto", &mode, error)
      || !choose (visibilities, "visibility", visibility ? visibility : "auto", &visible, error)
      || !check_name (options->name, error) || (port != -1 && !check_port (port, &options->port, error)))
    return FALSE;
  options->discovery = (PorchDiscoveryMode)mode;
  options->visibility = (PorchVisibility)visible;
  return TRUE;
}

void
porch_daemon_options_clear (PorchDaemonOptions *options)
{
  g_clear_pointer (&options->name, g_free);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* id: content ids. Of a local file no daemon is asked: the id depends on nothing but the bytes. Of one that a device shares that device
 * is asked. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content/porch-hash-tree.h"
#include "porch-cli-output.h"
#include "porch-cli-peer.h"
#include "porch-cli-place.h"
#include "verbs.h"

/* The other device may have to read a film for it. */
#define HASHING_PATIENCE_MS (30 * 60 * 1000)

static char *
hex (const guint8 root[PORCH_HASH_SIZE])
{
  GString *text = g_string_sized_new (2 * PORCH_HASH_SIZE);

  for (guint i = 0; i < PORCH_HASH_SIZE; i++)
    g_string_append_printf (text, "%02x", root[i]);
  return g_string_free (text, FALSE);
}

/* NULL with *@size -1 and @error; NULL and no error for an empty file, which has no id. A pipe or device has no length to go by. */
static char *
content_id (const char *path, gint64 *size, GError **error)
{
  guint8 root[PORCH_HASH_SIZE];
  gboolean empty = FALSE, ok = FALSE;
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  *size = -1;
  if (fd < 0 || fstat (fd, &st) != 0)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  else if (!S_ISREG (st.st_mode))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, S_ISDIR (st.st_mode) ? _ ("is a folder; only files have content ids") : _ ("is not an ordinary file"));
  else if ((ok = porch_hash_fd (fd, 0, root, &empty, error)))
    *size = st.st_size;
  if (fd >= 0)
    close (fd);
  return ok && !empty ? hex (root) : NULL;
}

/* PEER:SHARE/PATH, and no local file of that name. */
static gboolean
is_elsewhere (const char *text, PorchCliPlace *place)
{
  if (g_file_test (text, G_FILE_TEST_EXISTS) || strchr (text, ':') == NULL || !porch_cli_place_parse (text, place, NULL))
    return FALSE;
  return place->share != NULL && *place->path != '\0';
}

/* The same of a file that a device shares. */
static char *
content_id_there (PorchCli *self, const PorchCliPlace *place, gint64 *size, GError **error)
{
  g_autoptr (PorchBusPeer) peer = NULL;
  g_autofree char *id = NULL;

  *size = -1;
  if ((self->daemon == NULL && !porch_cli_connect (self, error)) || (peer = porch_cli_find_peer (self, place->peer, error)) == NULL)
    return NULL;
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->daemon), HASHING_PATIENCE_MS);
  if (!porch_bus_daemon_call_content_id_sync (self->daemon, g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)), place->share, place->path,
                                              &id, size, NULL, error))
    return NULL;
  return *id ? g_steal_pointer (&id) : NULL;
}

PorchCliExit
porch_cli_verb_id (PorchCli *self, char **args, GError **error)
{
  PorchCliExit exit = PORCH_CLI_DONE;
  g_auto (GStrv) rest = g_strdupv (args);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!porch_cli_parse (self, &rest, NULL, 1, -1, error))
    return PORCH_CLI_FAILED;
  json_builder_begin_array (builder);
  for (guint i = 0; rest[i] != NULL; i++)
    {
      g_autoptr (GError) reason = NULL;
      g_autofree char *shown = porch_cli_shown (rest[i]);
      g_auto (PorchCliPlace) place = { 0 };
      gint64 size = 0;
      g_autofree char *id = is_elsewhere (rest[i], &place) ? content_id_there (self, &place, &size, &reason) : content_id (rest[i], &size, &reason);

      if (reason != NULL)
        {
          porch_bus_error_strip (reason);
          fprintf (stderr, "porch: %s: %s\n", shown, reason->message);
          exit = PORCH_CLI_FAILED;
          continue;
        }
      json_builder_begin_object (builder);
      porch_cli_json_path (builder, "file", rest[i]);
      porch_cli_json_string (builder, "id", id);
      porch_cli_json_int (builder, "size", size);
      json_builder_end_object (builder);
      if (!self->json)
        printf ("%s  %s\n", id ? id : "-", self->out_is_terminal ? shown : rest[i]);
    }
  json_builder_end_array (builder);
  if (self->json)
    porch_cli_print_json (builder, FALSE);
  return exit;
}

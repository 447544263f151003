/* SPDX-License-Identifier: GPL-3.0-or-later */
/* id: content ids of local files. Asks no daemon: the id depends on nothing but the bytes. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "content/porch-hash-tree.h"
#include "porch-cli-output.h"
#include "verbs.h"

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
      gint64 size = 0;
      g_autofree char *id = content_id (rest[i], &size, &reason);

      if (reason != NULL)
        {
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

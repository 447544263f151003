/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Without libFuzzer: every file of the corpus once, and each of them cut short and with one byte changed, so that the parsers are
 * exercised in every build. */
#include "config.h"

#include <glib.h>
#include <string.h>

#include "fuzz.h"

#define MAX_VARIANTS 300 /* of each file */

/* The copy has exactly @size bytes, so that a sanitizer sees a byte too many. */
static void
feed (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static void
feed_variants (guint8 *data, gsize size)
{
  gsize step = MAX (1, size / MAX_VARIANTS);

  feed (data, size);
  for (gsize at = 0; at < size; at += step)
    {
      guint8 was = data[at];

      feed (data, at);
      data[at] ^= (guint8) (1 << at % 8);
      feed (data, size);
      data[at] = 0xff;
      feed (data, size);
      data[at] = was;
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GDir) dir = g_dir_open (argc == 2 ? argv[1] : "", 0, NULL);
  const char *name;
  guint       count = 0;

  if (dir == NULL)
    g_error ("Usage: %s CORPUS", argv[0]);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (argv[1], name, NULL);
      g_autofree char *data = NULL;
      gsize            size;

      g_assert_true (g_file_get_contents (path, &data, &size, NULL));
      feed_variants ((guint8 *) data, size);
      count++;
    }
  g_print ("%u files of %s\n", count, argv[1]);
  return count > 0 ? 0 : 1;
}

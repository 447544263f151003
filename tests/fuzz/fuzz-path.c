/* SPDX-License-Identifier: GPL-3.0-or-later */
/* No accepted path leads out of a folder; whatever is shown is harmless text; a numbered name is a name. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "porch-limits.h"
#include "share/porch-path.h"

static void
check_path (const char *path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);

  g_assert_cmpuint (strlen (path), <=, PORCH_MAX_PATH);
  g_assert_true (g_utf8_validate (path, -1, NULL));
  for (guint i = 0; segments[i] != NULL; i++)
    {
      g_assert_true (segments[i][0] != '\0' && strcmp (segments[i], ".") != 0 && strcmp (segments[i], "..") != 0);
      g_assert_cmpuint (strlen (segments[i]), <=, PORCH_MAX_NAME);
      g_assert_true (porch_path_check_name (segments[i], -1, NULL));
    }
}

static void
check_shown (const char *text)
{
  g_autofree char *shown = porch_path_to_display (text);

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  for (const char *at = shown; *at != '\0'; at = g_utf8_next_char (at))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (at)));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *clean = NULL;
  g_autofree char *numbered = NULL;

  if (size > 4 * PORCH_MAX_PATH)
    return 0;
  check_shown (text);
  if (porch_path_check ((const char *) data, (gssize) size, NULL))
    {
      g_assert_cmpuint (strlen (text), ==, size); /* no NUL inside */
      check_path (text);
    }
  if (porch_path_check_name (text, -1, NULL))
    {
      numbered = porch_path_numbered (text, 17);
      g_assert_true (porch_path_check_name (numbered, -1, NULL));
    }
  clean = porch_label_clean (text);
  g_assert_true (clean == NULL || porch_label_check (clean, NULL));
  return 0;
}

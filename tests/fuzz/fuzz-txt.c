/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TXT records: entries as DNS has them, a length byte before each. */
#include "config.h"

#include <string.h>

#include "discovery/porch-txt.h"
#include "fuzz.h"
#include "wire/porch-json.h"

static char **
split (const uint8_t *data, size_t size)
{
  GPtrArray *entries = g_ptr_array_new ();

  for (size_t at = 0; at < size;)
    {
      size_t length = MIN ((size_t) data[at], size - at - 1);

      g_ptr_array_add (entries, g_strndup ((const char *) data + at + 1, length));
      at += 1 + length;
    }
  g_ptr_array_add (entries, NULL);
  return (char **) g_ptr_array_free (entries, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (GStrv) entries = split (data, size);
  g_autoptr (PorchTxt) txt = porch_txt_parse ((const char *const *) entries);
  guint8 id[16];

  if (txt == NULL)
    return 0;
  g_assert_true (porch_hex_decode (txt->id16, id, sizeof id));
  g_assert_true (g_utf8_validate (txt->name, -1, NULL));
  g_assert_cmpint (txt->version, >=, 0);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A listing from a stranger: only names that may be written come through, and a listing that was cut is never whole. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "porch-limits.h"
#include "share/porch-path.h"
#include "transfer/porch-row-reader.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (PorchRowReader) reader = porch_row_reader_new (stream);
  g_autoptr (GError) error = NULL;
  PorchRow row;

  while (porch_row_reader_next (reader, &row, NULL, &error))
    {
      if (row.type != PORCH_ROW_REFUSED && row.name[0] != '\0')
        g_assert_true (porch_path_check (row.name, -1, NULL));
      if (row.type == PORCH_ROW_FILE)
        g_assert_true (row.size >= 0 && row.size <= PORCH_MAX_FILE_SIZE && strlen (row.version) == 32);
    }
  if (error == NULL)
    {
      g_autofree char *digest = porch_row_reader_dup_digest (reader);

      g_assert_cmpuint (strlen (digest), ==, 64);
      g_assert_nonnull (memmem (data, size, "\"end\"", 5));
    }
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames from a stranger: every number in its limits, the end only once, and no byte read beyond what came. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "wire/porch-frame.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (PorchFrameReader) reader = porch_frame_reader_new (stream);
  g_autoptr (GError) error = NULL;
  PorchFrame frame;

  while (porch_frame_reader_next (reader, &frame, NULL, &error))
    {
      g_assert_true (frame.type >= PORCH_FRAME_FILE && frame.type <= PORCH_FRAME_LAYER);
      if (frame.type == PORCH_FRAME_DONE)
        return 0;
      if (frame.type == PORCH_FRAME_LAYER)
        {
          guint8 sum = 0;

          g_assert_true (frame.n_hashes >= 1 && frame.n_hashes <= PORCH_MAX_LAYER_FRAME);
          for (guint i = 0; i < 32 * frame.n_hashes; i++)
            sum ^= frame.data[i];
          g_assert_cmpuint (sum, <=, 255);
        }
      if (frame.type == PORCH_FRAME_WAIT)
        g_assert_true (frame.position >= 1 && frame.position <= PORCH_MAX_LINE);
      if (frame.type == PORCH_FRAME_FILE)
        {
          g_assert_true (frame.size >= 0 && frame.size <= PORCH_MAX_FILE_SIZE);
          g_assert_cmpuint (strlen (frame.version), ==, 32);
        }
      if (frame.type == PORCH_FRAME_ERROR)
        g_assert_true (g_utf8_validate (frame.code, -1, NULL) && g_utf8_validate (frame.message, -1, NULL));
      if (frame.type == PORCH_FRAME_BLOCK)
        {
          g_assert_true (frame.length > 0 && frame.length <= PORCH_BLOCK_SIZE);
          if (frame.block % 2 == 0)
            {
              g_autoptr (GBytes) block = porch_frame_reader_steal_block (reader);

              g_assert_cmpuint (g_bytes_get_size (block), ==, frame.length);
            }
        }
    }
  g_assert_nonnull (error);
  return 0;
}

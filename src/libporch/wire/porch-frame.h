/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frames of /fetch (docs/PROTOCOL.md). Writing makes header bytes; reading is blocking and checks every limit.
 * A reader belongs to one thread. */
#pragma once

#include <gio/gio.h>
#include "porch-limits.h"

G_BEGIN_DECLS

typedef enum {
  PORCH_FRAME_FILE = 1,
  PORCH_FRAME_BLOCK = 2,
  PORCH_FRAME_END = 3,
  PORCH_FRAME_ERROR = 4,
  PORCH_FRAME_DONE = 5,
  PORCH_FRAME_SAME = 6,
  PORCH_FRAME_WAIT = 7,
  PORCH_FRAME_LAYER = 8,
} PorchFrameType;

typedef struct {
  PorchFrameType type;
  guint32        item;
  /* FILE */
  gint64         size, mtime;
  char           version[33];
  /* BLOCK and SAME: @block and @hash. BLOCK: @data is owned by the reader until the next call, or stolen with porch_frame_reader_steal_block() */
  guint64        block;
  guint8         hash[32];
  const guint8  *data;
  gsize          length;
  /* ERROR */
  char           code[32];
  char           message[512];
  /* WAIT */
  guint          position;
  /* LAYER: @n_hashes of the blocks from @block on, 32 bytes each, in @data; owned by the reader */
  guint          n_hashes;
} PorchFrame;

GBytes *porch_frame_file (guint32 item, gint64 size, gint64 mtime, const char *version);
/* Header of a block; the data follow as bytes of their own. */
GBytes *porch_frame_block_header (guint32 item, guint64 block, const guint8 hash[32], gsize length);
/* In the place of a block that the asker holds already. */
GBytes *porch_frame_same (guint32 item, guint64 block, const guint8 hash[32]);
GBytes *porch_frame_end (guint32 item);
GBytes *porch_frame_error (guint32 item, const char *code, const char *message);
GBytes *porch_frame_done (void);
/* Before the first item, while it is not our turn: @position is our place in the line, from 1. */
GBytes *porch_frame_wait (guint position);
/* Of the open item: hashes of the blocks from @block on, without their data. @n at most PORCH_MAX_LAYER_FRAME. */
GBytes *porch_frame_layer (guint32 item, guint64 block, const guint8 *hashes, guint n);

typedef struct _PorchFrameReader PorchFrameReader;
PorchFrameReader *porch_frame_reader_new (GInputStream *stream);
/* FALSE with an error: no more is wanted. */
typedef gboolean (*PorchFrameHold) (gpointer data, GError **error);
void              porch_frame_reader_set_hold (PorchFrameReader *self, PorchFrameHold hold, gpointer data);
/* Called with the number of bytes whenever some have come. */
void              porch_frame_reader_set_counter (PorchFrameReader *self, void (*counter) (gsize bytes, gpointer data), gpointer data);
void              porch_frame_reader_free (PorchFrameReader *self);
/* FALSE with PORCH_ERROR_PROTOCOL or the stream's error; the end of the stream before DONE is G_IO_ERROR_PARTIAL_INPUT. */
gboolean          porch_frame_reader_next (PorchFrameReader *self, PorchFrame *frame, GCancellable *cancellable, GError **error);
/* The data of the BLOCK just read, without a copy. */
GBytes           *porch_frame_reader_steal_block (PorchFrameReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchFrameReader, porch_frame_reader_free)

G_END_DECLS

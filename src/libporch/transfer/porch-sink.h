/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where received files are written: below one target folder, by a crew of confined file threads. A file comes block by block into a
 * hidden staging file beside its final place; every block is hashed from the bytes that are written; once all are there the file is
 * synced (from PORCH_SYNC_SIZE) and renamed, never over something else. What was done is told through the events, in this order for
 * each file. Owned by a transfer's worker. */
#pragma once

#include "transfer/porch-crew.h"

G_BEGIN_DECLS

/* Files of this size are on disk before they get their name; smaller ones by one sync at the end of the transfer. */
#define PORCH_SYNC_SIZE (4 * 1024 * 1024)
/* Coarsest time stamps of a file system that Porch meets (FAT), ns. */
#define PORCH_MTIME_GRAIN (2 * G_GINT64_CONSTANT (1000000000))

/* Called on the crew's threads: they may only note things down. */
typedef struct {
  void (*staged) (gpointer data, gint64 number, const char *staging, guint64 inode);
  void (*written) (gpointer data, gint64 number, guint64 block, const guint8 hash[32], gsize length, gboolean large);
  /* @st: as it is under that name. */
  void (*published) (gpointer data, gint64 number, const char *final, const struct stat *st, gboolean synced);
  /* Once for each file at most. Its staging file is gone unless blocks of it were written. @error is borrowed. */
  void (*failed) (gpointer data, gint64 number, const char *path, const GError *error);
} PorchSinkEvents;

/* Full, read-only, failing: it is not this file's fault, and what was written stays for another try. */
gboolean porch_sink_error_is_of_target (const GError *error);

typedef struct _PorchSink     PorchSink;
typedef struct _PorchSinkFile PorchSinkFile;

/* @careful: the process was killed in the middle before: a small file that is already there, byte by byte the same, is not
 * written again under another name. NULL when the system gives no thread. */
PorchSink *porch_sink_new (PorchDir *target, gboolean careful, const PorchSinkEvents *events, gpointer data);
void       porch_sink_free (PorchSink *self); /* waits */
void       porch_sink_drain (PorchSink *self);
/* For everything else that touches the target. */
PorchCrew *porch_sink_get_crew (PorchSink *self);

/* @parent: local folder below the target, "" the target. @wanted: the name. @staging (nullable): goes on with that one. */
PorchSinkFile *porch_sink_begin (PorchSink *self, gint64 number, const char *parent, const char *wanted, gint64 size, gint64 mtime,
                                 const char *staging);
/* Waits until nothing large is left that has arrived and is not written: whoever takes in a block whole before that could lose two. */
void           porch_sink_wait_written (PorchSink *self);
/* Takes @data: block @block of the file, of exactly the right length. */
void           porch_sink_write (PorchSinkFile *file, guint64 block, const guint8 hash[32], GBytes *data);
/* The same, of which the caller knows already that it is what @hash says. Any thread. */
void           porch_sink_write_checked (PorchSinkFile *file, guint64 block, const guint8 hash[32], GBytes *data);
/* Others will read what is written soon: it stays in the page cache. Before the first block. */
void           porch_sink_keep_cached (PorchSinkFile *file);
/* Block @block was in the staging file before this life, or is the whole file under its final name, and is what it should be. */
void           porch_sink_confirm (PorchSinkFile *file, guint64 block, const guint8 hash[32], gsize length);
/* All that was missing has been handed over: publishes when it is written. Frees @file. */
void           porch_sink_commit (PorchSinkFile *file);
/* No more will come now. @keep: its staging file may stay, if it has blocks. Frees @file. */
void           porch_sink_drop (PorchSinkFile *file, gboolean keep);

G_END_DECLS

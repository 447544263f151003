/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of one unfinished download in the state database: the manifest, what is done, and which blocks are on disk. Changes are
 * collected and written in batches; where a large file lies is written at once, and its blocks fifty times a second: what is on the disk
 * and was not noted is found again and confirmed by the other side (docs/TRANSFER.md).
 * Owned by the worker; the functions that note something may be called on any thread. */
#pragma once

#include "store/porch-store.h"

G_BEGIN_DECLS

typedef enum {
  PORCH_FILE_WANTED,
  PORCH_FILE_PUBLISHED, /* under its final name, not yet known to be on disk */
  PORCH_FILE_SYNCED,    /* and its data are on disk */
  PORCH_FILE_GIVEN_UP,  /* a problem says why */
} PorchFileState;

typedef struct {
  gint64         number;
  char          *path; /* on the wire */
  gboolean       folder;
  gint64         size, mtime;
  char          *version; /* (nullable): whichever it has now */
  PorchFileState state;
  char          *final;   /* (nullable) its name, when it is not the last segment of path */
  char          *staging; /* (nullable) name of its unfinished file */
  char          *boot;    /* (nullable) in which state, staging and blocks were written */
  gint64         inode, ctime; /* of the published file, when it got its name; ns. 0: not known */
  gboolean       repair;  /* it is to stand beside a damaged one, under a name that says so */
} PorchFileRow;
void porch_file_row_free (PorchFileRow *row);

typedef struct {
  guint64 block;
  guint8  hash[32];
} PorchFileBlock;

typedef struct {
  gint64 files, bytes, folders;         /* all */
  gint64 files_done, bytes_done;        /* published; bytes_done counts the blocks of unfinished ones too */
  gint64 files_left, bytes_left;        /* wanted still */
} PorchFileSums;

typedef struct _PorchFileTable PorchFileTable;

/* What transfer @from had published is transfer @to's too, before the store does anything that is asked of it later. */
void            porch_file_table_copy (PorchStore *store, const char *from, const char *to);

PorchFileTable *porch_file_table_new (PorchStore *store, const char *transfer);
void            porch_file_table_free (PorchFileTable *self); /* what was noted is written in the end */

void porch_file_table_add (PorchFileTable *self, gint64 number, const char *path, gboolean folder, gint64 size, gint64 mtime,
                           const char *version);
void porch_file_table_note_staging (PorchFileTable *self, gint64 number, const char *staging, guint64 inode);
void porch_file_table_note_block (PorchFileTable *self, gint64 number, guint64 block, const guint8 hash[32], gboolean large);
void porch_file_table_note_published (PorchFileTable *self, gint64 number, PorchFileState state, const char *final, guint64 inode,
                                      gint64 ctime, gboolean at_once);
void porch_file_table_note_given_up (PorchFileTable *self, gint64 number, const char *why);
/* Nothing of it counts any more. @version (nullable): NULL, any will do. */
void porch_file_table_note_restart (PorchFileTable *self, gint64 number, const char *version);
void porch_file_table_note_size (PorchFileTable *self, gint64 number, gint64 size, gint64 mtime, const char *version);
/* An unfinished file beside the published one; what is known of that stays. */
void            porch_file_table_note_copy (PorchFileTable *self, gint64 number, const char *staging);
/* The published file is damaged: a repaired copy is wanted. @staging (nullable): the copy of what is good of it. */
void            porch_file_table_note_repair (PorchFileTable *self, gint64 number, const char *staging, guint64 inode);
/* The block turned out not to be there after all. */
void porch_file_table_note_lost (PorchFileTable *self, gint64 number, guint64 block);

/* The rest waits for the store, and for all that was noted before. */
gboolean   porch_file_table_flush (PorchFileTable *self, GError **error);
gboolean   porch_file_table_clear (PorchFileTable *self, GError **error); /* the listing starts over */
/* (transfer full): of PorchFileRow with number > @after and one of @states (bits 1 << PorchFileState), in order, at most @limit. */
GPtrArray *porch_file_table_select (PorchFileTable *self, gint64 after, gboolean folders, guint states, guint limit, GError **error);
/* Files that have an unfinished file on the disk, at most a few thousand. */
GPtrArray *porch_file_table_select_staged (PorchFileTable *self, GError **error);
/* Those without "/" in their path, files and folders, at most @limit. */
GPtrArray *porch_file_table_select_tops (PorchFileTable *self, guint limit, GError **error);
/* @final: (transfer full) (nullable): the name that the published file at @path got. */
gboolean   porch_file_table_lookup_final (PorchFileTable *self, const char *path, char **final, GError **error);
GArray    *porch_file_table_blocks (PorchFileTable *self, gint64 number, GError **error); /* of PorchFileBlock, in order */
gboolean   porch_file_table_sums (PorchFileTable *self, PorchFileSums *sums, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchFileTable, porch_file_table_free)

G_END_DECLS

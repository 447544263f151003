/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the download recipe share: listing (porch-download-list.c), making room and folders (porch-download-place.c),
 * what is there already (porch-download-recover.c), and the files themselves (porch-download-fetch.c). */
#pragma once

#include "transfer/porch-file-table.h"
#include "transfer/porch-sink.h"
#include "transfer/porch-work.h"

G_BEGIN_DECLS

#define PORCH_ROOT_SHIFT 24 /* number of a row: its root above, its place in the listing below */
#define PORCH_MAX_ROOTS 1000
#define PORCH_ROWS_AT_ONCE 1000

typedef struct {
  /* owned, worker only */
  PorchWork      *work; /* borrowed */
  PorchPlan      *plan;
  PorchDir       *target;
  PorchSink      *sink;
  PorchFileTable *table;
  PorchSource    *source; /* (nullable) until it is connected */
  GHashTable     *roots;  /* first segment of the path → PorchRoot, for a receive with several roots */
  gint64          loner; /* number of a file of which the giver won't say what is in it; -1 */
  GHashTable     *restarts; /* number → how often it changed in our hands */
  PorchFileSums   sums;

  /* guarded by lock: the crew's threads write */
  GMutex  lock;
  GError *fatal; /* of the target */
  GHashTable *held; /* number → what is kept of a large file, to be given on (porch-download-hold.c) */
} PorchDownload;

gboolean porch_download_list (PorchDownload *self, GError **error);
gboolean porch_download_place (PorchDownload *self, GError **error);
gboolean porch_download_check_space (PorchDownload *self, gint64 bytes, GError **error);
gboolean porch_download_recover (PorchDownload *self, GError **error);
/* Instead of that, where the plan says so: looks again at all that was received. */
gboolean porch_download_check (PorchDownload *self, GError **error);
gboolean porch_download_fetch (PorchDownload *self, GError **error);
/* Where the top-level results are, for "Show"; before it settles, for who doesn't wait for the disk. */
gboolean porch_download_note_results (PorchDownload *self, GError **error);
gboolean porch_download_settle (PorchDownload *self, GError **error);

/* An unfinished file from an earlier life: looks at what is on disk. @blocks (inout): those that are really there; none when it begins
 * anew. @found (inout): gets blocks that were never noted, with the hash of what lies there, in order. @published: it turned out to be
 * finished. FALSE: the target can't be looked at now. */
gboolean porch_download_adopt (PorchDownload *self, PorchFileRow *row, GArray *blocks, GArray *found, gboolean *published,
                               GError **error);
/* Of a file without a past: what a killed process may have given its name already. @hash: its content id, if there is anything. */
gboolean porch_download_find_small (PorchDownload *self, const PorchFileRow *row, guint8 hash[32]);

GHashTable *porch_download_held_new (void);
/* (transfer full): what the giver is told of a file (POST /holders). @holding (nullable): only that it is being taken. */
JsonObject *porch_download_new_report (PorchDownload *self, const char *version, PorchHolding *holding);
/* A large file begins, or goes on with @blocks (nullable, of PorchFileBlock): from now on others may get from here what is there of it. */
void     porch_download_hold (PorchDownload *self, const PorchFileRow *row, GArray *blocks);
void     porch_download_unhold (PorchDownload *self, gint64 number); /* it begins anew, or was given up */
PorchHolding *porch_download_dup_holding (PorchDownload *self, gint64 number); /* (nullable) (transfer full) */
/* On the crew's threads. */
void     porch_download_held_staged (PorchDownload *self, gint64 number, const char *staging);
void     porch_download_held_block (PorchDownload *self, gint64 number, guint64 block, const guint8 hash[32]);
void     porch_download_held_published (PorchDownload *self, gint64 number, const char *final);
/* Whether others may learn of this device by what it has. */
gboolean porch_download_is_open (PorchDownload *self);
/* Does anybody else take this file too, or have it? Then it is fetched from several at once; else in one stream. */
gboolean porch_download_has_company (PorchDownload *self, const PorchFileRow *row);
/* Takes @row: fetches it from all who have it. TRUE without it being whole: it changed, and the next pass begins anew. */
gboolean porch_download_swarm (PorchDownload *self, PorchFileRow *row, GError **error);
/* It is not what it was when it was listed or half fetched: begins anew with whatever it is now. @had: some of it had come. */
void     porch_download_restart (PorchDownload *self, PorchFileRow *row, gboolean had);
/* The giver learns which files are here whole, so that it can name us to others. Failing is of no consequence. */
void     porch_download_tell_whole (PorchDownload *self);

void     porch_download_index_roots (PorchDownload *self); /* after the plan's roots changed */
/* Of a cancelled one. */
gboolean porch_download_remove_remnants (PorchDownload *self, GError **error);

/* Connects when there is no source yet. */
gboolean porch_download_connect (PorchDownload *self, GError **error);
gboolean porch_download_update_sums (PorchDownload *self, GError **error);
void     porch_download_save_plan (PorchDownload *self);
gboolean porch_download_is_stopped (PorchDownload *self, GError **error); /* by the person or by the target */
/* Its place below the target: (transfer full) folder ("" the target) and name. FALSE when its top was given up. */
gboolean porch_download_locate (PorchDownload *self, const PorchFileRow *row, char **parent, char **name);
char    *porch_download_local_path (PorchDownload *self, const PorchFileRow *row); /* (nullable) */
void     porch_download_give_up (PorchDownload *self, const PorchFileRow *row, const char *why);
JsonObject *porch_download_new_body (PorchDownload *self); /* with "share" or "offer" */

G_END_DECLS

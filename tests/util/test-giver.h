/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A download without a network: the recipe runs on a thread of its own, and its questions are answered from a PorchTree in this
 * process, honestly or not. */
#pragma once

#include "share/porch-tree.h"
#include "transfer/porch-work.h"

G_BEGIN_DECLS

typedef struct {
  PorchTree *tree;      /* owned (nullable: nobody is there) */
  char      *manifest;  /* (nullable) owned: what an offer's listing is answered with */
  gint64     cut_after; /* bytes of frames, in all, after which the connection breaks; -1 never */
  gint64     kill_after; /* the same, and this process is killed; -1 never */
  gint64     sent;      /* bytes of frames */
  gint64     blocks;    /* BLOCK frames that were sent whole */
  guint      fetches;
  gboolean   careful; /* whether the last life leaves it to the next one to be */
  /* Called with each request; may change the files. */
  void     (*on_request) (const char *route, JsonObject *body, gpointer data);
  /* Called with each piece of an answer before it is sent; may change it. (transfer full) both ways. */
  GBytes  *(*on_piece) (GBytes *piece, gpointer data);
  gpointer data;
} TestGiver;

void       test_giver_init (TestGiver *giver, const char *root); /* @root (nullable): shares this folder */
void       test_giver_clear (TestGiver *giver);

/* One life of the worker; returns its outcome, with @error. The main context is iterated meanwhile. @stop_after (ms, 0: never)
 * cancels it. */
PorchOutcome test_giver_run (TestGiver *giver, PorchStore *store, PorchTransfer *transfer, gboolean careful, guint stop_after,
                             GError **error);
void       test_giver_clean (PorchStore *store, PorchTransfer *transfer); /* as after cancelling */
/* A transfer that is in the store. */
PorchTransfer *test_giver_download (PorchStore *store, const char *const *paths, const char *target);
PorchTransfer *test_giver_reload (PorchStore *store, const char *id);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What giving (porch-holding-give.c) sees of a holding. */
#pragma once

#include "transfer/porch-holdings.h"

G_BEGIN_DECLS

/* A copy of where a holding lies. */
typedef struct {
  char       *target, *parent, *name;
  gboolean    published;
  struct stat st; /* when it was published */
} PorchHoldingPlace;

/* FALSE: nowhere yet. */
gboolean porch_holding_get_place (PorchHolding *self, PorchHoldingPlace *place);
void     porch_holding_place_clear (PorchHoldingPlace *place);
/* Whether block @block may be given, with its hash. */
gboolean porch_holding_get_block (PorchHolding *self, guint block, guint8 hash[32]);
/* It is not what it was: nothing of it is given any more. */
void     porch_holding_note_gone (PorchHolding *self);
/* 32 hex digits and NUL, in the place of a version. */
void     porch_holding_get_label (PorchHolding *self, char label[33]);

G_END_DECLS

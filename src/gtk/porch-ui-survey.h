/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A look at what a person is about to send: how much it is, and what of it can't be sent. Made on a thread; a plain struct. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *usable;   /* of GFile: those that can be sent, each once */
  char **names;        /* theirs */
  char **problems;     /* sentences about the others */
  gint64 files, bytes; /* with all that is in the folders */
} PorchUiSurvey;

void porch_ui_survey_free (PorchUiSurvey *survey);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchUiSurvey, porch_ui_survey_free)

/* @files: of GFile. Fails only when it is cancelled. */
void porch_ui_survey_async (GPtrArray *files, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
PorchUiSurvey *porch_ui_survey_finish (GAsyncResult *result, GError **error); /* (transfer full) */

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Landlock ruleset: made by anybody, entered by the one thread that it is to hold, and by the threads which that one starts.
 * There is no way out again. By system calls of its own, with the rights that the running kernel knows. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { PORCH_FILE_THREAD_READ, PORCH_FILE_THREAD_WRITE } PorchFileAccess;

typedef struct _PorchConfinement PorchConfinement;

/* Landlock's ABI, 0 where the kernel has none: for "porch status". */
int               porch_confinement_abi (void);
/* Nothing is allowed yet. Where the kernel has no Landlock all of this does nothing. */
PorchConfinement *porch_confinement_new (PorchFileAccess access);
/* Allows the folder (with what is below) or the file behind @fd (borrowed; O_PATH will do). */
void              porch_confinement_allow (PorchConfinement *self, int fd);
/* Confines the calling thread. FALSE when the kernel has Landlock and refused. */
gboolean          porch_confinement_enter (PorchConfinement *self);
void              porch_confinement_free (PorchConfinement *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchConfinement, porch_confinement_free)

G_END_DECLS

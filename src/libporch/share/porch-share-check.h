/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks at a share's folder on a thread of Porch's pool, so that a file system that hangs can't hold up the main thread. */
#pragma once

#include "share/porch-share.h"

G_BEGIN_DECLS

/* Main thread. At most one look at a share is under way. The share counts as unreadable while one hangs for over 3 s. */
void porch_share_check_begin (PorchShare *share);

G_END_DECLS

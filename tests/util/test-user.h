/* SPDX-License-Identifier: GPL-3.0-or-later */
/* To root no permission is closed, so tests of permissions run as a plain user. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* First thing in main(), before any thread: root becomes "nobody" for good; anybody else stays. */
void test_user_drop_root (void);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees of files for tests, from string arrays, and the opposite: what lies there now. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A fresh folder under $TMPDIR. Free with test_tree_remove(). */
char *test_tree_new (void);
/* The same, and from now on the user's folders (data, runtime) are in there. First thing in main(); G_TEST_OPTION_ISOLATE_DIRS, GLib's own way,
 * leaks. */
char *test_tree_new_home (void);
/* @entries: "folder/", "file=content", "file*SIZE" (pseudo-random bytes, the same for the same name and size), "link->target";
 * NULL-terminated; parents are made. */
void  test_tree_fill (const char *root, const char *const *entries);
/* Sorted, in the same notation with "*SIZE:sha256 of the first 8 hex digits" for files over 64 bytes. */
char **test_tree_read (const char *root);
void  test_tree_assert (const char *root, const char *const *entries);
void  test_tree_remove (char *root); /* takes it; also the folder */

G_END_DECLS

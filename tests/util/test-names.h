/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corpus of hostile names (case N): what every entry point that takes or shows a name is tested with. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  TEST_NAME_SEGMENT_OK = 1 << 0, /* porch_path_check_name() lets it pass */
  TEST_NAME_PATH_OK = 1 << 1,    /* porch_path_check() lets it pass */
  TEST_NAME_ON_DISK = 1 << 2,    /* a file of this name can be made on ext4 or tmpfs */
  TEST_NAME_HIDDEN = 1 << 3,     /* display must escape something in it */
} TestNameFlags;

typedef struct {
  const char   *label; /* for messages */
  const char   *name;
  gsize         length; /* bytes; a NUL may be among them */
  TestNameFlags flags;
} TestName;

/* @n_names: how many. The array lives as long as the process. */
const TestName *test_names_get (guint *n_names);

G_END_DECLS

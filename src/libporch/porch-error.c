/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"

G_DEFINE_QUARK (porch-error-quark, porch_error)

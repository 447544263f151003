/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-error.h"

G_DEFINE_QUARK (porch-error-quark, porch_error)

static const char *const codes[] = {
  [PORCH_ERROR_DECLINED] = "declined",
  [PORCH_ERROR_NOT_TRUSTED] = "not-trusted",
  [PORCH_ERROR_NOT_ALLOWED] = "not-allowed",
  [PORCH_ERROR_PATH_REFUSED] = "name",
  [PORCH_ERROR_NO_SPACE] = "no-space",
  [PORCH_ERROR_READ_ONLY] = "read-only",
  [PORCH_ERROR_HASH_MISMATCH] = "hash-mismatch",
  [PORCH_ERROR_CHANGED] = "changed",
  [PORCH_ERROR_GONE] = "gone",
  [PORCH_ERROR_PROTOCOL] = "bad-request",
  [PORCH_ERROR_UNREACHABLE] = "unreachable",
  [PORCH_ERROR_LIMIT] = "too-large",
  [PORCH_ERROR_NOT_FOUND] = "not-found",
  [PORCH_ERROR_AMBIGUOUS] = "ambiguous",
  [PORCH_ERROR_UNVERIFIED] = "unverified",
  [PORCH_ERROR_EXISTS] = "exists",
  [PORCH_ERROR_BUSY] = "busy",
  [PORCH_ERROR_INVALID] = "invalid",
  [PORCH_ERROR_STORE] = "store",
  [PORCH_ERROR_CANCELLED] = "cancelled",
};

const char *
porch_error_to_code (int code)
{
  return code >= 0 && code < (int) G_N_ELEMENTS (codes) ? codes[code] : "internal";
}

PorchError
porch_error_from_code (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (code, codes[i]) == 0)
      return (PorchError) i;
  return PORCH_ERROR_PROTOCOL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A body that is read no faster than the limits allow, whichever way it goes: what is not read the other side does not send. For one
 * thread, which may wait. */
#pragma once

#include "wire/porch-limiter.h"

G_BEGIN_DECLS

#define PORCH_TYPE_PACED_STREAM (porch_paced_stream_get_type ())
G_DECLARE_FINAL_TYPE (PorchPacedStream, porch_paced_stream, PORCH, PACED_STREAM, GFilterInputStream)

/* @device: with whom; @direction: from where we stand. */
GInputStream *porch_paced_stream_new (GInputStream *base, PorchLimiter *limiter, const PorchDeviceId *device, PorchDirection direction);

G_END_DECLS

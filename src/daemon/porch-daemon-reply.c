/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-reply.h"

#include "porch-bus-error.h"
#include "porch-error.h"

/* One numbering on both sides of the bus (see porch-bus-error.h). */
G_STATIC_ASSERT ((int)PORCH_BUS_ERROR_DECLINED == (int)PORCH_ERROR_DECLINED);
G_STATIC_ASSERT ((int)PORCH_BUS_ERROR_READ_ONLY == (int)PORCH_ERROR_READ_ONLY);
G_STATIC_ASSERT ((int)PORCH_BUS_ERROR_UNREACHABLE == (int)PORCH_ERROR_UNREACHABLE);
G_STATIC_ASSERT ((int)PORCH_BUS_ERROR_NOT_FOUND == (int)PORCH_ERROR_NOT_FOUND);
G_STATIC_ASSERT ((int)PORCH_BUS_ERROR_INVALID == (int)PORCH_ERROR_INVALID);
G_STATIC_ASSERT ((int)PORCH_BUS_ERROR_CANCELLED == (int)PORCH_ERROR_CANCELLED);

gboolean
porch_daemon_reply_error (GDBusMethodInvocation *invocation, GError *error)
{
  g_dbus_method_invocation_take_error (invocation, porch_bus_error_translate (error));
  g_error_free (error);
  return TRUE;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names on the session bus; the interfaces are in io.github.porchshare.Porch.xml, docs/DBUS.md tells how to use them. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define PORCH_BUS_NAME "io.github.porchshare.Porch.Daemon"
/* The same service; starting it by this name holds its very first start until somebody chose who may see this device. */
#define PORCH_BUS_WELCOME_NAME "io.github.porchshare.Porch.Welcome"
#define PORCH_BUS_ROOT_PATH "/io/github/porchshare/Porch"
#define PORCH_BUS_DAEMON_PATH PORCH_BUS_ROOT_PATH "/Daemon"
#define PORCH_BUS_PEERS_PATH PORCH_BUS_ROOT_PATH "/peers/"
#define PORCH_BUS_SHARES_PATH PORCH_BUS_ROOT_PATH "/shares/"
#define PORCH_BUS_OFFERS_PATH PORCH_BUS_ROOT_PATH "/offers/"
#define PORCH_BUS_TRANSFERS_PATH PORCH_BUS_ROOT_PATH "/transfers/"
#define PORCH_BUS_HANDOUTS_PATH PORCH_BUS_ROOT_PATH "/handouts/"
#define PORCH_BUS_PAIRINGS_PATH PORCH_BUS_ROOT_PATH "/pairings/"

G_END_DECLS

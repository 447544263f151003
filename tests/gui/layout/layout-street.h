/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A background service as the window meets it on a bad day: objects of the public interface, made from the same XML as
 * porchd's, with everything in them that people and strangers can put there. Main thread. */
#pragma once

#include "porch-bus.h"

G_BEGIN_DECLS

typedef struct _LayoutStreet LayoutStreet;

/* On the session bus, with the name of the service; nobody is there at first. */
LayoutStreet *layout_street_new (void);
void layout_street_free (LayoutStreet *street);
/* Waits for the first Start, as a service does that was never told to begin. */
void layout_street_hold (LayoutStreet *street, gboolean held);
/* People, transfers in each state, folders in each state. */
void layout_street_fill (LayoutStreet *street);
/* As many requests as there can be, a code to compare, a warning. */
void layout_street_ask (LayoutStreet *street);
/* The object path of a device ("trusted", "unknown", "blocked", "false", "long", "away", …), of "offer of DEVICE", of a
 * transfer
 * ("waiting send"), of "share". */
const char *layout_street_path (LayoutStreet *street, const char *which);
/* What is exported there, to be changed or listened to; the service itself. (transfer none) */
gpointer layout_street_find (LayoutStreet *street, const char *which);
/* From now on every shared folder can be opened. */
void layout_street_mend_shares (LayoutStreet *street);
PorchBusDaemon *layout_street_get_daemon (LayoutStreet *street);
/* A share "many" of each device has 100,000 files. */
/* Goes from the bus, as a service that crashed. */
void layout_street_leave (LayoutStreet *street);
/* Is this a name or a path, which may be cut short? */
gboolean layout_street_is_name (LayoutStreet *street, const char *text);

/* (transfer full) "aa{sv}": two devices that say that a number is theirs, as Join() answers. */
GVariant *layout_street_found (LayoutStreet *street);

G_END_DECLS

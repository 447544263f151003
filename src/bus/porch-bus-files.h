/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Local files named to the daemon: a path and a descriptor of the same thing, so that a caller in another mount namespace (a
 * sandbox) can't name what it can't see. The frontends pack, the daemon checks. Any thread. */
#pragma once

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

G_BEGIN_DECLS

/* Descriptors that one message carries at most; the kernel takes 253. */
#define PORCH_BUS_MAX_DESCRIPTORS 128

/**
 * porch_bus_files_pack:
 * @paths: (array zero-terminated=1): absolute local paths
 * @handles: (out) (transfer floating): the `ah` for Send
 * @list: (out) (transfer full): the descriptors themselves
 *
 * Opens (without reading) each path, or the folder that holds it when there are more than fit into a message.
 *
 * Returns: FALSE with PORCH_BUS_ERROR_NOT_FOUND, NOT_ALLOWED or LIMIT that names the path
 */
gboolean porch_bus_files_pack (const char *const *paths, GVariant **handles, GUnixFDList **list, GError **error);

/**
 * porch_bus_files_pack_one:
 * @path: an absolute local path
 * @handle: (out) (transfer floating): the `h` for AddShare
 * @list: (out) (transfer full)
 */
gboolean porch_bus_files_pack_one (const char *path, GVariant **handle, GUnixFDList **list, GError **error);

/**
 * porch_bus_files_check:
 * @path: what the caller named
 * @fd: the caller's descriptor of it
 * @parent_counts: a descriptor of the folder that holds it will do
 *
 * The daemon's side: is what lies at @path here the thing that the caller holds (same device and inode)?
 *
 * Returns: FALSE with PORCH_BUS_ERROR_INVALID for a path that is not absolute, else PORCH_BUS_ERROR_NOT_FOUND: "the background
 *  service can't see it"
 */
gboolean porch_bus_files_check (const char *path, int fd, gboolean parent_counts, GError **error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is different for a Porch that runs in a sandbox (Flatpak): where a folder really lies that its document portal shows, and
 * where nothing that is written lasts. Any thread. See docs/SANDBOX.md. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "flatpak", or "" outside of a sandbox; what this process runs in. */
const char *porch_sandbox_kind (void);
/* Is it, or would it be, a place of the document portal? By its name alone. */
gboolean    porch_sandbox_is_portal_path (const char *path);
/* (transfer full) (nullable): the place outside the sandbox of what the portal shows at @path; NULL if it isn't the portal's, or an
 * older portal (before 1.18) does not tell. May ask the file system. */
char       *porch_sandbox_host_path (const char *path);
/* (transfer full): for people: @path itself, or where that lies outside, or as much of it as is known. Never a path of the portal. */
char       *porch_sandbox_shown_path (const char *path);
/* Would a file written below @path, which needn't be there yet, be gone with the sandbox? FALSE outside of one. */
gboolean    porch_sandbox_loses (const char *path);

G_END_DECLS

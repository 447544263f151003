/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A grant: the issuer's signed word that one device may fetch these contents, also from others who got them from the issuer.
 * Immutable, atomic reference count; any thread. docs/GRANTS.md. */
#pragma once

#include "identity/porch-identity.h"

G_BEGIN_DECLS

#define PORCH_GRANT_MAX_IDS 64
#define PORCH_GRANT_MAX_SECONDS (24 * 3600)
#define PORCH_GRANT_TOLERANCE 600  /* s that two clocks may differ */
#define PORCH_GRANT_MAX_CERTIFICATE 1024
#define PORCH_GRANT_MAX_TEXT 4096  /* of porch_grant_to_string() */

typedef struct _PorchGrant PorchGrant;

/* @ids: @n times 32 bytes, each content once, in any order. @now, @not_after: unix s, at most PORCH_GRANT_MAX_SECONDS apart. */
PorchGrant *porch_grant_issue (PorchIdentity *issuer, const PorchDeviceId *grantee, const guint8 *ids, guint n, gint64 now,
                               gint64 not_after, GError **error);
PorchGrant *porch_grant_ref (PorchGrant *self);
void        porch_grant_unref (PorchGrant *self);
/* URL-safe base64 without padding; other spellings of the same bytes are refused. */
const char *porch_grant_to_string (PorchGrant *self);
/* NULL with PORCH_ERROR_PROTOCOL: malformed, or not signed by the key of the certificate that it carries. Says nothing about time, and
 * nothing about who shows it. */
PorchGrant *porch_grant_parse (const char *text, GError **error);

const PorchDeviceId *porch_grant_get_issuer (PorchGrant *self);  /* from the certificate */
const PorchDeviceId *porch_grant_get_grantee (PorchGrant *self);
gint64               porch_grant_get_not_after (PorchGrant *self);
guint                porch_grant_count_ids (PorchGrant *self);
const guint8        *porch_grant_get_id (PorchGrant *self, guint number);
/* Whether @asker, proved by the key of this TLS session, may have content @id by it at @now (unix s). All of it is looked at whatever
 * the answer, so that the time it takes tells nothing. */
gboolean             porch_grant_allows (PorchGrant *self, const PorchDeviceId *asker, const guint8 id[32], gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchGrant, porch_grant_unref)

G_END_DECLS

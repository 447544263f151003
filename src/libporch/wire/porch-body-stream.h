/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of one answer: SoupSession's stream, read under the client's own main context, with errors that name what happened.
 * It keeps its session alive. One thread: the client's. */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define PORCH_TYPE_BODY_STREAM (porch_body_stream_get_type ())
G_DECLARE_FINAL_TYPE (PorchBodyStream, porch_body_stream, PORCH, BODY_STREAM, GFilterInputStream)

/* @half_read is called when the stream is closed before its end: its connection holds the rest of an answer and must not
 * serve another request. It may be called until the stream is closed. */
typedef void (*PorchBodyHalfRead) (SoupSession *session, gpointer data);
GInputStream *porch_body_stream_new (GInputStream *base, SoupSession *session, GMainContext *context, GObject *owner,
                                     PorchBodyHalfRead half_read);
/* An error of GIO, GTlsConnection or libsoup, as people should read it. Takes @error. */
GError *porch_body_stream_explain (GError *error);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The addresses of one peer: where each came from, which one TLS proved, which one answered with another key. Plain data with the
 * clock passed in (monotonic µs). Main thread. Owned by its PorchPeer. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PORCH_ADDRESS_STRUCK_TIME (10 * 60 * G_TIME_SPAN_SECOND)
#define PORCH_MAX_STRUCK_ADDRESSES 32

/* Who says that the peer is there. */
typedef enum {
  PORCH_ADDRESS_AVAHI = 1 << 0,
  PORCH_ADDRESS_EMBEDDED = 1 << 1,
  PORCH_ADDRESS_TEST = 1 << 2,
  PORCH_ADDRESS_MANUAL = 1 << 3, /* the user */
  PORCH_ADDRESS_STORED = 1 << 4, /* where it was last time */
  PORCH_ADDRESS_STATED = 1 << 5, /* the source of a TLS session with the port that the peer stated in it */
  PORCH_ADDRESS_FADED = 1 << 6,  /* was announced, is no more: kept until it was seen whether it still answers */
} PorchAddressSource;
#define PORCH_ADDRESS_SIGHTED (PORCH_ADDRESS_AVAHI | PORCH_ADDRESS_EMBEDDED | PORCH_ADDRESS_TEST)

typedef struct _PorchAddressBook PorchAddressBook;

PorchAddressBook *porch_address_book_new (void);
void              porch_address_book_free (PorchAddressBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PorchAddressBook, porch_address_book_free)

/* TRUE: the list of usable addresses changed. A full book drops the worst unproved address, or refuses. */
gboolean   porch_address_book_add (PorchAddressBook *self, GInetSocketAddress *address, PorchAddressSource source, gint64 now);
/* What loses its last source fades. @address NULL: every address. */
gboolean   porch_address_book_withdraw (PorchAddressBook *self, GInetSocketAddress *address, guint sources);
gboolean   porch_address_book_drop_faded (PorchAddressBook *self);
gboolean   porch_address_book_prove (PorchAddressBook *self, GInetSocketAddress *address, gint64 now);     /* FALSE: not in it */
gboolean   porch_address_book_fail (PorchAddressBook *self, GInetSocketAddress *address);
gboolean   porch_address_book_strike (PorchAddressBook *self, GInetSocketAddress *address, gint64 now);
guint      porch_address_book_get_sources (PorchAddressBook *self); /* all of them, struck addresses left out */
gboolean   porch_address_book_is_empty (PorchAddressBook *self);
gboolean   porch_address_book_contains_host (PorchAddressBook *self, GInetAddress *host);
GInetSocketAddress *porch_address_book_get_proved (PorchAddressBook *self); /* (nullable) (transfer none) where TLS proved it last */
/* (transfer full): of GInetSocketAddress, the best first */
GPtrArray *porch_address_book_dup (PorchAddressBook *self, gint64 now);

/* "10.0.0.7:47317", "[fe80::1%2]:47317" and back; the inverse takes only what this gives. */
char               *porch_address_to_string (GInetSocketAddress *address);
GInetSocketAddress *porch_address_from_string (const char *text); /* (transfer full) (nullable) */
guint               porch_address_get_scope (GInetSocketAddress *address); /* 0 for IPv4 */
gboolean            porch_address_equal (GInetSocketAddress *a, GInetSocketAddress *b);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "discovery/porch-address-book.h"

#include "porch-limits.h"

#include <string.h>

typedef struct {
  GInetSocketAddress *address;
  guint               sources;
  guint               failures;     /* in a row */
  gint64              proved;       /* 0: never */
  gint64              added;
  gint64              struck_until; /* only in the list of the struck */
} Entry;

struct _PorchAddressBook {
  GPtrArray *entries;
  GPtrArray *struck;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->address);
  g_free (entry);
}

PorchAddressBook *
porch_address_book_new (void)
{
  PorchAddressBook *self = g_new0 (PorchAddressBook, 1);

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->struck = g_ptr_array_new_with_free_func (entry_free);
  return self;
}

void
porch_address_book_free (PorchAddressBook *self)
{
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->struck);
  g_free (self);
}

guint
porch_address_get_scope (GInetSocketAddress *address)
{
  /* GLib has none for IPv4, not even 0. */
  return g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV6
             ? g_inet_socket_address_get_scope_id (address)
             : 0;
}

gboolean
porch_address_equal (GInetSocketAddress *a, GInetSocketAddress *b)
{
  return g_inet_socket_address_get_port (a) == g_inet_socket_address_get_port (b)
         && g_inet_address_equal (g_inet_socket_address_get_address (a), g_inet_socket_address_get_address (b))
         && porch_address_get_scope (a) == porch_address_get_scope (b);
}

static Entry *
find_entry (GPtrArray *entries, GInetSocketAddress *address)
{
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = entries->pdata[i];

      if (porch_address_equal (entry->address, address))
        return entry;
    }
  return NULL;
}

/* Families of hosts on a LAN that most often work first; the scope of a link-local address makes it the last. */
static int
entry_rank (const Entry *entry)
{
  GInetAddress *host = g_inet_socket_address_get_address (entry->address);

  if (g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV4)
    return g_inet_address_get_is_link_local (host) ? 2 : 0;
  return g_inet_address_get_is_link_local (host) ? 3 : 1;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = *(const Entry *const *) a, *y = *(const Entry *const *) b;

  if ((x->failures > 0) != (y->failures > 0))
    return x->failures > 0 ? 1 : -1;
  if (x->proved != y->proved)
    return x->proved > y->proved ? -1 : 1;
  if (x->failures != y->failures)
    return x->failures > y->failures ? 1 : -1;
  if (entry_rank (x) != entry_rank (y))
    return entry_rank (x) - entry_rank (y);
  if (x->added != y->added)
    return x->added > y->added ? -1 : 1;
  return 0;
}

/* The one that a newcomer replaces: never one that TLS proved or the user typed. */
static Entry *
find_worst (PorchAddressBook *self)
{
  Entry *worst = NULL;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->sources == PORCH_ADDRESS_FADED)
        return entry;
      if (entry->proved || entry->sources & PORCH_ADDRESS_MANUAL)
        continue;
      if (!worst || entry->failures > worst->failures || (entry->failures == worst->failures && entry->added < worst->added))
        worst = entry;
    }
  return worst;
}

gboolean
porch_address_book_add (PorchAddressBook *self, GInetSocketAddress *address, PorchAddressSource source, gint64 now)
{
  Entry *entry = find_entry (self->struck, address);

  if (entry)
    {
      entry->sources = (entry->sources | source) & ~PORCH_ADDRESS_FADED;
      if (now < entry->struck_until)
        return FALSE;
      g_ptr_array_remove_fast (self->struck, entry);
    }
  entry = find_entry (self->entries, address);
  if (entry)
    {
      entry->sources = (entry->sources | source) & ~PORCH_ADDRESS_FADED;
      /* It was announced anew: worth another try. */
      entry->failures = 0;
      return FALSE;
    }
  if (self->entries->len >= PORCH_MAX_PEER_ADDRESSES)
    {
      Entry *worst = find_worst (self);

      if (!worst)
        return FALSE;
      g_ptr_array_remove (self->entries, worst);
    }
  entry = g_new0 (Entry, 1);
  entry->address = g_object_ref (address);
  entry->sources = source;
  entry->added = now;
  g_ptr_array_add (self->entries, entry);
  return TRUE;
}

gboolean
porch_address_book_withdraw (PorchAddressBook *self, GInetSocketAddress *address, guint sources)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->struck->len; i++)
    {
      Entry *entry = self->struck->pdata[i];

      if (!address || porch_address_equal (entry->address, address))
        entry->sources &= ~sources;
    }
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if ((address && !porch_address_equal (entry->address, address)) || !(entry->sources & sources))
        continue;
      entry->sources &= ~sources;
      if (entry->sources == 0)
        entry->sources = PORCH_ADDRESS_FADED;
      found = TRUE;
    }
  return found;
}

gboolean
porch_address_book_drop_faded (PorchAddressBook *self)
{
  guint before = self->entries->len;

  for (guint i = self->entries->len; i > 0; i--)
    {
      if (((Entry *) self->entries->pdata[i - 1])->sources == PORCH_ADDRESS_FADED)
        g_ptr_array_remove_index (self->entries, i - 1);
    }
  return self->entries->len != before;
}

gboolean
porch_address_book_prove (PorchAddressBook *self, GInetSocketAddress *address, gint64 now)
{
  Entry *entry = find_entry (self->entries, address);

  if (!entry)
    return FALSE;
  entry->proved = now;
  entry->failures = 0;
  entry->sources &= ~PORCH_ADDRESS_FADED;
  entry->sources |= PORCH_ADDRESS_STATED;
  return TRUE;
}

gboolean
porch_address_book_fail (PorchAddressBook *self, GInetSocketAddress *address)
{
  Entry *entry = find_entry (self->entries, address);

  if (entry && entry->failures < G_MAXUINT)
    entry->failures++;
  return entry != NULL;
}

gboolean
porch_address_book_strike (PorchAddressBook *self, GInetSocketAddress *address, gint64 now)
{
  Entry *entry = find_entry (self->entries, address);
  guint index;

  if (!entry || !g_ptr_array_find (self->entries, entry, &index))
    return FALSE;
  g_ptr_array_steal_index (self->entries, index);
  entry->struck_until = now + PORCH_ADDRESS_STRUCK_TIME;
  entry->proved = 0;
  if (self->struck->len >= PORCH_MAX_STRUCK_ADDRESSES)
    g_ptr_array_remove_index (self->struck, 0);
  g_ptr_array_add (self->struck, entry);
  return TRUE;
}

guint
porch_address_book_get_sources (PorchAddressBook *self)
{
  guint sources = 0;

  for (guint i = 0; i < self->entries->len; i++)
    sources |= ((Entry *) self->entries->pdata[i])->sources;
  return sources;
}

gboolean
porch_address_book_is_empty (PorchAddressBook *self)
{
  return self->entries->len == 0;
}

gboolean
porch_address_book_contains_host (PorchAddressBook *self, GInetAddress *host)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (g_inet_address_equal (g_inet_socket_address_get_address (entry->address), host))
        return TRUE;
    }
  return FALSE;
}

GInetSocketAddress *
porch_address_book_get_proved (PorchAddressBook *self)
{
  Entry *best = NULL;

  for (guint i = 0; i < self->entries->len; i++)
    {
      Entry *entry = self->entries->pdata[i];

      if (entry->proved && (!best || entry->proved > best->proved))
        best = entry;
    }
  return best ? best->address : NULL;
}

static void
release_struck (PorchAddressBook *self, gint64 now)
{
  for (guint i = self->struck->len; i > 0; i--)
    {
      Entry *entry = self->struck->pdata[i - 1];

      if (now < entry->struck_until)
        continue;
      g_ptr_array_steal_index (self->struck, i - 1);
      if (entry->sources != 0 && self->entries->len < PORCH_MAX_PEER_ADDRESSES)
        g_ptr_array_add (self->entries, entry);
      else
        entry_free (entry);
    }
}

GPtrArray *
porch_address_book_dup (PorchAddressBook *self, gint64 now)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_object_unref);

  release_struck (self, now);
  g_ptr_array_sort (self->entries, compare_entries);
  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (addresses, g_object_ref (((Entry *) self->entries->pdata[i])->address));
  return addresses;
}

char *
porch_address_to_string (GInetSocketAddress *address)
{
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (address));
  guint port = g_inet_socket_address_get_port (address);
  guint scope = porch_address_get_scope (address);

  if (g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV4)
    return g_strdup_printf ("%s:%u", host, port);
  return scope ? g_strdup_printf ("[%s%%%u]:%u", host, scope, port) : g_strdup_printf ("[%s]:%u", host, port);
}

GInetSocketAddress *
porch_address_from_string (const char *text)
{
  const char *colon = strrchr (text, ':');
  g_autofree char *host = NULL;
  g_autoptr (GInetAddress) address = NULL;
  guint64 port, scope = 0;
  char *percent;

  if (!colon || !g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &port, NULL))
    return NULL;
  if (text[0] == '[' && colon > text + 1 && colon[-1] == ']')
    host = g_strndup (text + 1, colon - text - 2);
  else
    host = g_strndup (text, colon - text);
  percent = strchr (host, '%');
  if (percent)
    {
      *percent = '\0';
      if (!g_ascii_string_to_unsigned (percent + 1, 10, 1, G_MAXINT32, &scope, NULL))
        return NULL;
    }
  address = g_inet_address_new_from_string (host);
  if (!address)
    return NULL;
  return g_object_new (G_TYPE_INET_SOCKET_ADDRESS, "address", address, "port", (guint) port, "scope-id", (guint) scope, NULL);
}

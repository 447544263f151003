/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-connectable.h"

struct _PorchConnectable
{
  GNetworkAddress parent_instance;
  GInetSocketAddress *address; /* owned */
};

static void connectable_iface_init (GSocketConnectableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PorchConnectable, porch_connectable, G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, connectable_iface_init))

/* Yields its address once. The default next_async() calls next(): nothing here blocks. */
#define PORCH_TYPE_ONE_ADDRESS (porch_one_address_get_type ())
G_DECLARE_FINAL_TYPE (PorchOneAddress, porch_one_address, PORCH, ONE_ADDRESS, GSocketAddressEnumerator)

struct _PorchOneAddress
{
  GSocketAddressEnumerator parent_instance;
  GInetSocketAddress *address; /* owned until it was handed out */
};

G_DEFINE_FINAL_TYPE (PorchOneAddress, porch_one_address, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static GSocketAddress *
porch_one_address_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  PorchOneAddress *self = PORCH_ONE_ADDRESS (enumerator);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || self->address == NULL)
    return NULL;
  return G_SOCKET_ADDRESS (g_steal_pointer (&self->address));
}

static void
porch_one_address_finalize (GObject *object)
{
  g_clear_object (&PORCH_ONE_ADDRESS (object)->address);
  G_OBJECT_CLASS (porch_one_address_parent_class)->finalize (object);
}

static void
porch_one_address_class_init (PorchOneAddressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_one_address_finalize;
  G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass)->next = porch_one_address_next;
}

static void
porch_one_address_init (PorchOneAddress *self)
{
}

static GSocketAddressEnumerator *
porch_connectable_enumerate (GSocketConnectable *connectable)
{
  PorchOneAddress *addresses = g_object_new (PORCH_TYPE_ONE_ADDRESS, NULL);

  addresses->address = g_object_ref (PORCH_CONNECTABLE (connectable)->address);
  return G_SOCKET_ADDRESS_ENUMERATOR (addresses);
}

static char *
porch_connectable_to_string (GSocketConnectable *connectable)
{
  return g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)));
}

static void
connectable_iface_init (GSocketConnectableIface *iface)
{
  iface->enumerate = porch_connectable_enumerate;
  iface->proxy_enumerate = porch_connectable_enumerate; /* never through a proxy */
  iface->to_string = porch_connectable_to_string;
}

static void
porch_connectable_finalize (GObject *object)
{
  g_clear_object (&PORCH_CONNECTABLE (object)->address);
  G_OBJECT_CLASS (porch_connectable_parent_class)->finalize (object);
}

static void
porch_connectable_class_init (PorchConnectableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = porch_connectable_finalize;
}

static void
porch_connectable_init (PorchConnectable *self)
{
}

char *
porch_connectable_name (const PorchDeviceId *peer)
{
  g_autofree char *hex = porch_device_id_short (peer, 32);

  return g_strconcat (hex, ".porch.invalid", NULL);
}

/**
 * porch_connectable_new:
 *
 * Returns: (transfer full): a connectable whose only address is @address
 */
GSocketConnectable *
porch_connectable_new (const PorchDeviceId *peer, GInetSocketAddress *address)
{
  g_autofree char *name = porch_connectable_name (peer);
  PorchConnectable *self
      = g_object_new (PORCH_TYPE_CONNECTABLE, "hostname", name, "port", (guint)g_inet_socket_address_get_port (address), NULL);

  self->address = g_object_ref (address);
  return G_SOCKET_CONNECTABLE (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "wire/porch-limiter.h"

#include "wire/porch-bucket.h"

#define DIRECTIONS 2

typedef struct
{
  PorchBucket buckets[DIRECTIONS];
  guint connections[DIRECTIONS];
} Device;

struct _PorchLimiter
{
  gatomicrefcount refs;
  void (*changed) (gpointer data);
  gpointer data;

  /* guarded by lock */
  GMutex lock;
  GCond woken;
  guint serial; /* of the limits */
  PorchBucket all[DIRECTIONS];
  GHashTable *devices; /* PorchDeviceId → Device: those with a limit or a connection */
};

PorchLimiter *
porch_limiter_new (void)
{
  PorchLimiter *self = g_new0 (PorchLimiter, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  g_cond_init (&self->woken);
  self->devices = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, g_free, g_free);
  return self;
}

PorchLimiter *
porch_limiter_ref (PorchLimiter *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
porch_limiter_unref (PorchLimiter *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->devices);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->woken);
  g_free (self);
}

static Device *
ensure_device (PorchLimiter *self, const PorchDeviceId *id)
{
  Device *device = g_hash_table_lookup (self->devices, id);

  if (device != NULL)
    return device;
  device = g_new0 (Device, 1);
  g_hash_table_insert (self->devices, g_memdup2 (id, sizeof *id), device);
  return device;
}

static void
forget_if_idle (PorchLimiter *self, const PorchDeviceId *id, const Device *device)
{
  if (device->connections[PORCH_UP] + device->connections[PORCH_DOWN] == 0 && device->buckets[PORCH_UP].rate == 0
      && device->buckets[PORCH_DOWN].rate == 0)
    g_hash_table_remove (self->devices, id);
}

void
porch_limiter_set (PorchLimiter *self, const PorchDeviceId *id, PorchDirection direction, gint64 rate)
{
  gint64 now = g_get_monotonic_time ();

  rate = CLAMP (rate, 0, PORCH_MAX_LIMIT);
  g_mutex_lock (&self->lock);
  if (id == NULL)
    porch_bucket_set_rate (&self->all[direction], rate, now);
  else
    {
      Device *device = ensure_device (self, id);

      porch_bucket_set_rate (&device->buckets[direction], rate, now);
      forget_if_idle (self, id, device);
    }
  self->serial++;
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->lock);
  if (self->changed != NULL)
    self->changed (self->data);
}

gint64
porch_limiter_get (PorchLimiter *self, const PorchDeviceId *id, PorchDirection direction)
{
  const Device *device;
  gint64 rate;

  g_mutex_lock (&self->lock);
  device = id != NULL ? g_hash_table_lookup (self->devices, id) : NULL;
  rate = id == NULL ? self->all[direction].rate : device != NULL ? device->buckets[direction].rate : 0;
  g_mutex_unlock (&self->lock);
  return rate;
}

void
porch_limiter_set_changed (PorchLimiter *self, void (*changed) (gpointer data), gpointer data)
{
  self->changed = changed;
  self->data = data;
}

void
porch_limiter_enter (PorchLimiter *self, const PorchDeviceId *id, PorchDirection direction)
{
  g_mutex_lock (&self->lock);
  ensure_device (self, id)->connections[direction]++;
  g_mutex_unlock (&self->lock);
}

void
porch_limiter_leave (PorchLimiter *self, const PorchDeviceId *id, PorchDirection direction)
{
  Device *device;

  g_mutex_lock (&self->lock);
  device = ensure_device (self, id);
  g_assert (device->connections[direction] > 0);
  device->connections[direction]--;
  forget_if_idle (self, id, device);
  g_mutex_unlock (&self->lock);
}

/* Everybody who waits has one portion reserved, so connections take turns; one of many of the same device gets a smaller
 * portion. */
static gsize
limit_portion (PorchLimiter *self, const Device *device, PorchDirection direction, gsize bytes)
{
  gsize portion = porch_bucket_get_portion (&self->all[direction]);

  if (portion != G_MAXSIZE && device != NULL)
    portion = MAX (portion / MAX (device->connections[direction], 1), 1);
  if (device != NULL)
    portion = MIN (portion, porch_bucket_get_portion (&device->buckets[direction]));
  return MIN (bytes, portion);
}

gint64
porch_limiter_reserve (PorchLimiter *self, const PorchDeviceId *id, PorchDirection direction, gsize *bytes, gint64 now)
{
  Device *device;
  gint64 when;

  g_mutex_lock (&self->lock);
  device = g_hash_table_lookup (self->devices, id);
  *bytes = limit_portion (self, device, direction, *bytes);
  when = porch_bucket_reserve (&self->all[direction], *bytes, now);
  if (device != NULL)
    when = MAX (when, porch_bucket_reserve (&device->buckets[direction], *bytes, now));
  g_mutex_unlock (&self->lock);
  return when;
}

static void
on_wait_cancelled (GCancellable *cancellable, gpointer data)
{
  PorchLimiter *self = data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->woken);
  g_mutex_unlock (&self->lock);
}

gboolean
porch_limiter_wait (PorchLimiter *self, gint64 until, GCancellable *cancellable, GError **error)
{
  gulong handler = 0;
  guint serial;

  if (until <= g_get_monotonic_time ())
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_wait_cancelled), self, NULL);
  g_mutex_lock (&self->lock);
  serial = self->serial;
  while (self->serial == serial && !g_cancellable_is_cancelled (cancellable)
         && g_cond_wait_until (&self->woken, &self->lock, until))
    ;
  g_mutex_unlock (&self->lock);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "serve/porch-upload-queue.h"

#define SMALL_PLACES 4

typedef struct
{
  GQueue waiting;       /* of PorchUpload, in the order of coming */
  guint running, small; /* of @running those in the small lane are no part */
  gboolean trusted;
  guint64 served; /* when it got its last place, by the count of places */
} Device;

struct _PorchUpload
{
  Device *device; /* borrowed */
  PorchDeviceId id;
  void (*begin) (gpointer data);
  gpointer data;
  gboolean running, small;
};

struct _PorchUploadQueue
{
  GHashTable *devices; /* PorchDeviceId → Device: those with an upload */
  guint places, running, running_unknown, running_small;
  guint64 served;
};

static void
device_free (gpointer data)
{
  Device *device = data;

  g_queue_clear (&device->waiting);
  g_free (device);
}

PorchUploadQueue *
porch_upload_queue_new (void)
{
  PorchUploadQueue *self = g_new0 (PorchUploadQueue, 1);

  self->places = PORCH_DEFAULT_UPLOADS;
  self->devices = g_hash_table_new_full (porch_device_id_hash, porch_device_id_equal, g_free, device_free);
  return self;
}

void
porch_upload_queue_free (PorchUploadQueue *self)
{
  g_hash_table_unref (self->devices);
  g_free (self);
}

static Device *
ensure_device (PorchUploadQueue *self, const PorchDeviceId *id, gboolean trusted)
{
  Device *device = g_hash_table_lookup (self->devices, id);

  if (device == NULL)
    {
      device = g_new0 (Device, 1);
      g_queue_init (&device->waiting);
      device->trusted = trusted; /* as long as it has an upload, so that what was counted is counted back */
      g_hash_table_insert (self->devices, g_memdup2 (id, sizeof *id), device);
    }
  return device;
}

/* ---- whose turn ---- */

/* Who has fewer running comes first; among equals who was served longer ago. */
static gboolean
comes_before (const Device *a, const Device *b)
{
  return a->running != b->running ? a->running < b->running : a->served < b->served;
}

static gboolean
may_begin (PorchUploadQueue *self, const Device *device)
{
  if (self->running >= self->places)
    return FALSE;
  return device->trusted || self->running_unknown < MAX (self->places / 2, 1);
}

static Device *
find_next (PorchUploadQueue *self)
{
  GHashTableIter iter;
  gpointer value;
  Device *next = NULL;

  g_hash_table_iter_init (&iter, self->devices);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Device *device = value;

      if (device->waiting.length > 0 && may_begin (self, device) && (next == NULL || comes_before (device, next)))
        next = device;
    }
  return next;
}

static void
count_running (PorchUploadQueue *self, PorchUpload *upload, int change)
{
  self->running += change;
  upload->device->running += change;
  if (!upload->device->trusted)
    self->running_unknown += change;
}

static void
begin (PorchUploadQueue *self, PorchUpload *upload)
{
  upload->running = TRUE;
  upload->begin (upload->data);
}

static void
start_next (PorchUploadQueue *self)
{
  Device *device;

  while ((device = find_next (self)) != NULL)
    {
      PorchUpload *upload = g_queue_pop_head (&device->waiting);

      device->served = ++self->served;
      count_running (self, upload, 1);
      begin (self, upload);
    }
}

void
porch_upload_queue_set_places (PorchUploadQueue *self, guint places)
{
  self->places = CLAMP (places, 1, PORCH_MAX_UPLOADS);
  start_next (self);
}

PorchUpload *
porch_upload_queue_enter (PorchUploadQueue *self, const PorchDeviceId *id, gboolean trusted, gboolean small,
                          void (*begin_func) (gpointer data), gpointer data)
{
  PorchUpload *upload = g_new0 (PorchUpload, 1);

  upload->device = ensure_device (self, id, trusted);
  upload->id = *id;
  upload->begin = begin_func;
  upload->data = data;
  upload->small = small && self->running_small < SMALL_PLACES;
  if (upload->small)
    {
      self->running_small++;
      upload->device->small++;
      begin (self, upload);
      return upload;
    }
  g_queue_push_tail (&upload->device->waiting, upload);
  start_next (self);
  return upload;
}

void
porch_upload_queue_outgrew (PorchUploadQueue *self, PorchUpload *upload)
{
  if (!upload->small)
    return;
  upload->small = FALSE;
  self->running_small--;
  upload->device->small--;
  count_running (self, upload, 1);
}

void
porch_upload_queue_leave (PorchUploadQueue *self, PorchUpload *upload)
{
  Device *device = upload->device;

  if (!upload->running)
    g_queue_remove (&device->waiting, upload);
  else if (upload->small)
    {
      self->running_small--;
      device->small--;
    }
  else
    count_running (self, upload, -1);
  if (device->running + device->small + device->waiting.length == 0)
    g_hash_table_remove (self->devices, &upload->id);
  g_free (upload);
  start_next (self);
}

guint
porch_upload_queue_get_position (PorchUploadQueue *self, PorchUpload *upload)
{
  int own = g_queue_index (&upload->device->waiting, upload);
  guint before = (guint)own + 1;
  GHashTableIter iter;
  gpointer value;

  if (own < 0)
    return 0;
  g_hash_table_iter_init (&iter, self->devices);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Device *other = value;

      if (other != upload->device)
        before += MIN (other->waiting.length, (guint)own + comes_before (other, upload->device));
    }
  return before;
}

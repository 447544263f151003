/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-daemon-meter.h"

struct _PorchDaemonMeter
{
  GObject parent;

  /* owned */
  GNetworkMonitor *monitor;
  PorchTransferQueue *queue;

  gboolean metered, use_metered;
};

enum
{
  PROP_0,
  PROP_METERED,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchDaemonMeter, porch_daemon_meter, G_TYPE_OBJECT)

static void
update (PorchDaemonMeter *self)
{
  gboolean metered = g_network_monitor_get_network_metered (self->monitor);

  g_object_set (self->queue, "metered", metered && !self->use_metered, NULL);
  if (metered == self->metered)
    return;
  self->metered = metered;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_METERED]);
}

static void
on_monitor_notify_metered (GNetworkMonitor *monitor, GParamSpec *pspec, PorchDaemonMeter *self)
{
  update (self);
}

void
porch_daemon_meter_set_use_metered (PorchDaemonMeter *self, gboolean use)
{
  self->use_metered = use;
  update (self);
}

static void
porch_daemon_meter_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_METERED)
    g_value_set_boolean (value, PORCH_DAEMON_METER (object)->metered);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_daemon_meter_dispose (GObject *object)
{
  PorchDaemonMeter *self = PORCH_DAEMON_METER (object);

  g_clear_object (&self->queue);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (porch_daemon_meter_parent_class)->dispose (object);
}

static void
porch_daemon_meter_class_init (PorchDaemonMeterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = porch_daemon_meter_get_property;
  object_class->dispose = porch_daemon_meter_dispose;
  props[PROP_METERED] = g_param_spec_boolean ("metered", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
porch_daemon_meter_init (PorchDaemonMeter *self)
{
}

PorchDaemonMeter *
porch_daemon_meter_new (GNetworkMonitor *monitor, PorchTransferQueue *queue, gboolean use_metered)
{
  PorchDaemonMeter *self = g_object_new (PORCH_TYPE_DAEMON_METER, NULL);

  self->monitor = g_object_ref (monitor);
  self->queue = g_object_ref (queue);
  self->use_metered = use_metered;
  g_signal_connect_object (monitor, "notify::network-metered", G_CALLBACK (on_monitor_notify_metered), self, 0);
  update (self);
  return self;
}

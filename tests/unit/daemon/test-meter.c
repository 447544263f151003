/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network that counts: what waits, what doesn't, and that it goes on. */
#include "config.h"

#include "porch-daemon-meter.h"
#include "test-device.h"

/* A network monitor whose word the test decides. */
#define TEST_TYPE_MONITOR (test_monitor_get_type ())
G_DECLARE_FINAL_TYPE (TestMonitor, test_monitor, TEST, MONITOR, GObject)

struct _TestMonitor
{
  GObject parent;
  gboolean metered;
};

enum
{
  PROP_0,
  PROP_AVAILABLE,
  PROP_METERED,
  PROP_CONNECTIVITY
};

static void
test_monitor_initable_init (GInitableIface *iface)
{
}

static void
test_monitor_iface_init (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestMonitor, test_monitor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, test_monitor_initable_init)
                                   G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, test_monitor_iface_init))

static void
test_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_METERED)
    g_value_set_boolean (value, TEST_MONITOR (object)->metered);
  else if (id == PROP_AVAILABLE)
    g_value_set_boolean (value, TRUE);
  else
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
}

static void
test_monitor_class_init (TestMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_monitor_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
test_monitor_init (TestMonitor *self)
{
}

static void
set_metered (TestMonitor *monitor, gboolean metered)
{
  monitor->metered = metered;
  g_object_notify (G_OBJECT (monitor), "network-metered");
}

static gboolean
is_held (TestDevice *device)
{
  gboolean metered;

  g_object_get (device->queue, "metered", &metered, NULL);
  return metered;
}

static gboolean
is_metered (PorchDaemonMeter *meter)
{
  gboolean metered;

  g_object_get (meter, "metered", &metered, NULL);
  return metered;
}

static void
test_holds (void)
{
  g_autoptr (TestDevice) device = test_device_new ("Ada", FALSE);
  g_autoptr (TestMonitor) monitor = g_object_new (TEST_TYPE_MONITOR, NULL);
  g_autoptr (PorchDaemonMeter) meter = NULL;

  meter = porch_daemon_meter_new (G_NETWORK_MONITOR (monitor), device->queue, FALSE);
  g_assert_false (is_held (device) || is_metered (meter));
  set_metered (monitor, TRUE);
  g_assert_true (is_held (device) && is_metered (meter));
  porch_daemon_meter_set_use_metered (meter, TRUE);
  g_assert_true (!is_held (device) && is_metered (meter));
  porch_daemon_meter_set_use_metered (meter, FALSE);
  g_assert_true (is_held (device));
  set_metered (monitor, FALSE);
  g_assert_false (is_held (device) || is_metered (meter));
}

static void
test_from_the_start (void)
{
  g_autoptr (TestDevice) device = test_device_new ("Ada", FALSE);
  g_autoptr (TestMonitor) monitor = g_object_new (TEST_TYPE_MONITOR, NULL);
  g_autoptr (PorchDaemonMeter) meter = NULL;

  monitor->metered = TRUE;
  meter = porch_daemon_meter_new (G_NETWORK_MONITOR (monitor), device->queue, FALSE);
  g_assert_true (is_held (device));
  g_clear_object (&meter);
  meter = porch_daemon_meter_new (G_NETWORK_MONITOR (monitor), device->queue, TRUE);
  g_assert_false (is_held (device));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/daemon/meter/holds", test_holds);
  g_test_add_func ("/daemon/meter/from-the-start", test_from_the_start);
  return g_test_run ();
}

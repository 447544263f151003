/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-fit.h"

void
porch_ui_fit_width (GtkWindow *dialog, GtkWindow *parent)
{
  int width = gtk_widget_get_width (GTK_WIDGET (parent));
  int wanted, height;

  gtk_window_get_default_size (dialog, &wanted, &height);
  /* One that was never laid out says 0. */
  if (width > 0 && width < wanted)
    gtk_window_set_default_size (dialog, width, height);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every page and dialog, at every size, in every language; looked up in the tree of widgets as it stands. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define LAYOUT_MIN_WIDTH 360
#define LAYOUT_MIN_PRESSABLE 34

/* Is this text a name or a path, which may be cut short? */
typedef gboolean (*LayoutIsName) (const char *text, gpointer data);

typedef struct
{
  GHashTable *problems; /* sentence → where it was first seen */
  char *where;          /* page, size, scale */
  LayoutIsName is_name;
  gpointer data;
  guint widgets; /* looked at */
} LayoutReport;

LayoutReport *layout_report_new (LayoutIsName is_name, gpointer data);
void layout_report_free (LayoutReport *report);
/* Prints them; how many. */
guint layout_report_tell (LayoutReport *report);
void layout_report_add (LayoutReport *report, GtkWidget *widget, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Everything below @root that is on the screen. */
void layout_rules_check (LayoutReport *report, GtkWidget *root);
/* A page with nothing on it: a heading, a sentence and a button. */
void layout_rules_check_empty (LayoutReport *report, GtkWidget *page);

G_END_DECLS

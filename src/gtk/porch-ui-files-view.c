/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-files-view.h"
#include "porch-ui-entries.h"
#include "porch-ui-listing.h"
#include "porch-ui-words.h"

#include <glib/gi18n.h>

#define COLUMN_ROOM 36                   /* padding, and a longer month */
#define TYPING_PAUSE_US (G_USEC_PER_SEC) /* what is typed later begins a new word */
/* GTK 4.8 keeps some 200 rows of widgets, seen or not: made or thrown away all at once they stop the window for a fifth of a
 * second. */
#define ROWS_AT_ONCE 8
#define ALL_ROWS 240
#define ROWS_BESIDE 130 /* above and below those that are seen */
#define LEAST_HEIGHT 20
#define MAX_KEPT 1000 /* of more only "all" is remembered while more come in */
/* While more come in, so many are shown from the top, and twice as many whenever the person comes near the end of them: GTK 4.8
 * goes through all rows that a change is before. Those that are not shown are found and selected all the same. */
#define SHOWN_WHILE_LOADING 1000

/* As PorchUiEntryKey. */
enum
{
  COLUMN_NAME,
  COLUMN_SIZE,
  COLUMN_MODIFIED,
  N_COLUMNS
};

struct _PorchUiFilesView
{
  AdwBin parent_instance;
  /* owned */
  GListModel *entries;     /* (nullable) that are to be shown */
  GListModel *shown;       /* (nullable) that are shown: others until those have gone */
  GtkSliceListModel *some; /* of them: all, or fewer while rows come and go */
  GtkMultiSelection *selection;
  guint changing;   /* source id */
  guint limit;      /* how many are shown once they have come in a few at a time */
  GHashTable *kept; /* of PorchUiEntry: what is selected, unless it is all or very many */
  gboolean all, restoring;
  GtkColumnViewColumn *columns[N_COLUMNS];
  GHashTable *items; /* of GtkListItem (not referenced): the cells of the column of names */
  GString *typed;
  gint64 typed_at; /* monotonic */
  gboolean narrow;
  gboolean moved;              /* by the person, since these entries are shown */
  gboolean at_top;             /* what is to go is held by its first row */
  GtkColumnViewColumn *probed; /* not a reference; while the order is asked for */
  /* borrowed from the template */
  GtkColumnView *view;
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};
enum
{
  OPENED,
  SELECTION_CHANGED,
  ORDER_CHANGED,
  N_SIGNALS
};
static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PorchUiFilesView, porch_ui_files_view, ADW_TYPE_BIN)

/* --- order --- */

/* The columns' sorters sort nothing: the listing keeps its order itself, on a thread where it takes long. They are there for
 * the titles, and to say which of them was pressed: GTK asks the first column's first. */
static int
by_column (gconstpointer a, gconstpointer b, gpointer data)
{
  GtkColumnViewColumn *column = data;
  PorchUiFilesView *self = g_object_get_data (G_OBJECT (column), "porch-view");

  if (self->probed == NULL)
    self->probed = column;
  return GTK_ORDERING_SMALLER;
}

PorchUiEntryOrder
porch_ui_files_view_get_order (PorchUiFilesView *self)
{
  PorchUiEntryOrder order = { PORCH_UI_ENTRY_BY_NAME, FALSE };
  GtkSorter *sorter;

  g_return_val_if_fail (PORCH_UI_IS_FILES_VIEW (self), order);
  sorter = gtk_column_view_get_sorter (self->view);
  self->probed = NULL;
  order.descending = gtk_sorter_compare (sorter, self, self->view) == GTK_ORDERING_LARGER /* any two things */;
  for (guint i = 0; i < N_COLUMNS; i++)
    if (self->probed == self->columns[i])
      order.key = (PorchUiEntryKey)i;
  return order;
}

static void
on_sorter_changed (PorchUiFilesView *self)
{
  if (self->columns[N_COLUMNS - 1] != NULL)
    g_signal_emit (self, signals[ORDER_CHANGED], 0);
}

/* --- cells --- */

static char *
size_of (PorchUiEntry *entry)
{
  return porch_ui_entry_get_size (entry) < 0 ? g_strdup ("") : porch_ui_words_size (porch_ui_entry_get_size (entry));
}

/* Made when it is asked for, not for each row that scrolls by. */
static gboolean
on_name_query_tooltip (GtkWidget *label, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer data)
{
  gtk_tooltip_set_text (tooltip, gtk_label_get_text (GTK_LABEL (label)));
  return pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label)));
}

static void
on_name_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_has_tooltip (name, TRUE);
  g_signal_connect (name, "query-tooltip", G_CALLBACK (on_name_query_tooltip), NULL);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_widget_set_css_classes (detail, (const char *[]){ "caption", "dim-label", "numeric", NULL });
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (texts), name);
  gtk_box_append (GTK_BOX (texts), detail);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), texts);
  g_object_bind_property (data, "narrow", detail, "visible", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (item, box);
  g_hash_table_add (PORCH_UI_FILES_VIEW (data)->items, item);
}

static void
on_name_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  PorchUiEntry *entry = gtk_list_item_get_item (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *name = gtk_widget_get_first_child (gtk_widget_get_next_sibling (icon));
  GtkWidget *detail = gtk_widget_get_next_sibling (name);
  g_autofree char *size = size_of (entry);
  gboolean refused = porch_ui_entry_get_kind (entry) == PORCH_UI_ENTRY_REFUSED;

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), porch_ui_entry_get_icon_name (entry));
  gtk_label_set_text (GTK_LABEL (name), porch_ui_entry_get_shown (entry));
  gtk_widget_set_sensitive (gtk_list_item_get_child (item), !refused);
  gtk_list_item_set_selectable (item, !refused);
  /* Translators: in the place of the size, for a file that the other device can't give */
  gtk_label_set_text (GTK_LABEL (detail), refused ? _ ("can’t be read") : *size != '\0' ? size : _ ("Folder"));
}

static void
on_text_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_css_classes (label, (const char *[]){ "dim-label", "numeric", NULL });
  gtk_list_item_set_child (item, label);
}

static void
on_size_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  PorchUiEntry *entry = gtk_list_item_get_item (item);
  g_autofree char *size = size_of (entry);
  gboolean refused = porch_ui_entry_get_kind (entry) == PORCH_UI_ENTRY_REFUSED;

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), refused ? _ ("can’t be read") : size);
}

static void
on_modified_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  PorchUiEntry *entry = gtk_list_item_get_item (item);
  gint64 modified = porch_ui_entry_get_modified (entry);
  g_autofree char *time = modified > 0 ? porch_ui_words_time (modified) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), time);
}

/* Which of the rows on the screen shows the entry at a position: GTK 4.8 doesn't tell. */
static void
on_name_teardown (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  g_hash_table_remove (PORCH_UI_FILES_VIEW (data)->items, item);
}

static void
add_column (PorchUiFilesView *self, guint place, const char *title, GCallback setup, GCallback bind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = gtk_column_view_column_new (title, factory);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (by_column, column, NULL));

  g_signal_connect_object (factory, "setup", setup, self, 0);
  g_signal_connect_object (factory, "bind", bind, self, 0);
  if (place == COLUMN_NAME)
    g_signal_connect_object (factory, "teardown", G_CALLBACK (on_name_teardown), self, 0);
  g_object_set_data (G_OBJECT (column), "porch-view", self);
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_expand (column, place == 0);
  gtk_column_view_append_column (self->view, column);
  self->columns[place] = column;
}

/* --- what is selected --- */

static void
each_entry (GListModel *entries, void (*func) (PorchUiEntry *entry, gpointer data), gpointer data)
{
  for (guint i = 0; i < g_list_model_get_n_items (entries); i++)
    {
      g_autoptr (PorchUiEntry) entry = g_list_model_get_item (entries, i);

      if (porch_ui_entry_get_kind (entry) != PORCH_UI_ENTRY_REFUSED)
        func (entry, data);
    }
}

/* Calls @func for each selected entry; of "all" also for those that are not shown yet. */
static void
each_selected (PorchUiFilesView *self, void (*func) (PorchUiEntry *entry, gpointer data), gpointer data)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  GtkBitsetIter iter;
  guint position;

  if (self->all && self->shown == self->entries && self->shown != NULL)
    {
      each_entry (self->shown, func, data);
      return;
    }
  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (PorchUiEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

      if (entry != NULL && porch_ui_entry_get_kind (entry) != PORCH_UI_ENTRY_REFUSED)
        func (entry, data);
    }
}

typedef struct
{
  guint n;
  gint64 bytes;
  gboolean folders;
} Sum;

static void
add_to_sum (PorchUiEntry *entry, gpointer data)
{
  Sum *sum = data;

  sum->n++;
  sum->folders |= porch_ui_entry_get_kind (entry) == PORCH_UI_ENTRY_FOLDER;
  sum->bytes += MAX (porch_ui_entry_get_size (entry), 0);
}

guint
porch_ui_files_view_count_selected (PorchUiFilesView *self, gint64 *bytes, gboolean *folders)
{
  Sum sum = { 0 };

  g_return_val_if_fail (PORCH_UI_IS_FILES_VIEW (self), 0);
  if (self->shown != self->entries) /* those that go */
    {
      *bytes = 0;
      *folders = FALSE;
      return 0;
    }
  if (self->all && PORCH_UI_IS_ENTRIES (self->shown))
    {
      *bytes = porch_ui_entries_get_bytes (PORCH_UI_ENTRIES (self->shown), folders);
      return g_list_model_get_n_items (self->shown);
    }
  each_selected (self, add_to_sum, &sum);
  *bytes = sum.bytes;
  *folders = sum.folders;
  return sum.n;
}

static void
add_name (PorchUiEntry *entry, gpointer data)
{
  g_strv_builder_add (data, porch_ui_entry_get_name (entry));
}

char **
porch_ui_files_view_dup_selected (PorchUiFilesView *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  g_return_val_if_fail (PORCH_UI_IS_FILES_VIEW (self), NULL);
  each_selected (self, add_name, names);
  return g_strv_builder_end (names);
}

static void
keep_entry (PorchUiEntry *entry, gpointer data)
{
  g_hash_table_add (data, g_object_ref (entry));
}

/* What is selected by the person: GTK forgets it where rows change. */
static void
on_selection_changed (PorchUiFilesView *self)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint64 n = gtk_bitset_get_size (chosen);

  if (self->restoring || self->shown != self->entries)
    return;
  g_hash_table_remove_all (self->kept);
  self->all = n > 1 && n == g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (!self->all && n <= MAX_KEPT)
    each_selected (self, keep_entry, self->kept);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
restore_selection (PorchUiFilesView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autoptr (GtkBitset) chosen = gtk_bitset_new_empty ();
  g_autoptr (GtkBitset) mask = gtk_bitset_new_range (0, n);
  GHashTableIter iter;
  gpointer entry;

  if (!PORCH_UI_IS_ENTRIES (self->shown) || (!self->all && g_hash_table_size (self->kept) == 0))
    return;
  if (self->all)
    gtk_bitset_add_range (chosen, 0, n);
  g_hash_table_iter_init (&iter, self->kept);
  while (g_hash_table_iter_next (&iter, &entry, NULL))
    {
      guint position = porch_ui_entries_find (PORCH_UI_ENTRIES (self->shown), entry);

      if (position < n)
        gtk_bitset_add (chosen, position);
    }
  self->restoring = TRUE;
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), chosen, mask);
  self->restoring = FALSE;
  if (self->all)
    g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
on_view_activate (GtkColumnView *view, guint position, gpointer data)
{
  PorchUiFilesView *self = data;
  g_autoptr (PorchUiEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (entry != NULL)
    g_signal_emit (self, signals[OPENED], 0, entry);
}

/* --- typing finds a name --- */

/* So many rows, and as many again, so that this is not asked for with each of them. */
static void
show_so_many (PorchUiFilesView *self, guint n)
{
  if (self->limit >= n)
    return;
  self->limit = n > G_MAXUINT / 2 ? G_MAXUINT : n * 2;
  if (self->changing == 0)
    gtk_slice_list_model_set_size (self->some, self->limit);
}

/* The widget that GTK gives the keys to for the row of this cell: the child of the list. */
static GtkWidget *
row_of (PorchUiFilesView *self, guint position)
{
  GtkWidget *list = gtk_widget_get_last_child (GTK_WIDGET (self->view));
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    {
      GtkWidget *row = gtk_list_item_get_position (item) == position ? gtk_list_item_get_child (item) : NULL;

      while (row != NULL && gtk_widget_get_parent (row) != list)
        row = gtk_widget_get_parent (row);
      if (row != NULL)
        return row;
    }
  return NULL;
}

static void
go_to (PorchUiFilesView *self, guint position)
{
  GtkWidget *list = gtk_widget_get_last_child (GTK_WIDGET (self->view));
  GtkWidget *row;

  show_so_many (self, position + 1);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  gtk_widget_activate_action (list, "list.scroll-to-item", "u", position);
  row = row_of (self, position);
  if (row != NULL)
    gtk_widget_grab_focus (row);
}

/* As far as rows come, a few at a time, nothing else is shown; then all that has come can be. */
static GListModel *
findable (PorchUiFilesView *self)
{
  return self->changing == 0 && self->shown != NULL ? self->shown : G_LIST_MODEL (self->selection);
}

static gboolean
begins_with (PorchUiFilesView *self, guint position, const char *folded)
{
  g_autoptr (PorchUiEntry) entry = g_list_model_get_item (findable (self), position);

  return entry != NULL && g_str_has_prefix (porch_ui_entry_get_folded (entry), folded);
}

static guint
first_selected (PorchUiFilesView *self)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));

  return gtk_bitset_is_empty (chosen) ? 0 : gtk_bitset_get_minimum (chosen);
}

/* The first one from where we are; the same letter again goes on to the next one. */
static gboolean
find_typed (PorchUiFilesView *self)
{
  guint n = g_list_model_get_n_items (findable (self));
  g_autofree char *folded = g_utf8_casefold (self->typed->str, -1);
  guint start = first_selected (self) + (g_utf8_strlen (self->typed->str, -1) == 1 ? 1 : 0);

  for (guint i = 0; i < n; i++)
    if (begins_with (self, (start + i) % n, folded))
      {
        go_to (self, (start + i) % n);
        return TRUE;
      }
  return FALSE;
}

static void
take_letter (PorchUiFilesView *self, gunichar letter)
{
  gint64 now = g_get_monotonic_time ();
  gunichar last = self->typed->len > 0 ? g_utf8_get_char (self->typed->str) : 0;

  if (now - self->typed_at > TYPING_PAUSE_US || (g_utf8_strlen (self->typed->str, -1) == 1 && letter == last))
    g_string_truncate (self->typed, 0);
  self->typed_at = now;
  g_string_append_unichar (self->typed, letter);
  if (!find_typed (self))
    gtk_widget_error_bell (GTK_WIDGET (self));
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, gpointer data)
{
  PorchUiFilesView *self = data;
  gunichar letter = gdk_keyval_to_unicode (key);
  gboolean begun = g_get_monotonic_time () - self->typed_at <= TYPING_PAUSE_US && self->typed->len > 0;

  self->moved = TRUE;
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || !g_unichar_isgraph (letter))
    {
      /* A blank selects, unless a name is being typed. */
      if (letter != ' ' || !begun || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
        return GDK_EVENT_PROPAGATE;
    }
  take_letter (self, letter);
  return GDK_EVENT_STOP;
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, gpointer data)
{
  PORCH_UI_FILES_VIEW (data)->moved = TRUE;
  return GDK_EVENT_PROPAGATE;
}

/* --- what is shown --- */

/* The list holds on to its first row and is at its top when it is laid out next. Not by its adjustment: rows have no height
 * until then, and GTK 4.8 can't find a place among them ("failed to scroll to given position"). */
static void
hold_top (PorchUiFilesView *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  if (gtk_adjustment_get_page_size (adjustment) <= 0) /* it was never laid out: GTK would divide by it */
    gtk_adjustment_set_page_size (adjustment, 1);
  gtk_widget_activate_action (gtk_widget_get_last_child (GTK_WIDGET (self->view)), "list.scroll-to-item", "u", 0);
}

/* What comes in above the first row must not push the view down, until the person moves it. */
static void
on_selection_items_changed (PorchUiFilesView *self, guint position, guint removed, guint added)
{
  if (!self->moved && position == 0)
    hold_top (self);
  if (self->shown == self->entries && (self->all || removed > 0))
    restore_selection (self);
}

/* Between which positions GTK keeps its rows, from above. */
static void
find_rows (PorchUiFilesView *self, guint *begin, guint *end)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  GtkWidget *row = gtk_widget_get_first_child (gtk_widget_get_last_child (GTK_WIDGET (self->view)));
  int height = MAX (row != NULL ? gtk_widget_get_height (row) : 0, LEAST_HEIGHT);
  guint top = (guint)(gtk_adjustment_get_value (adjustment) / height);
  guint seen = (guint)(gtk_adjustment_get_page_size (adjustment) / height);

  *begin = top > ROWS_BESIDE ? top - ROWS_BESIDE : 0;
  *end = MAX (top + seen + ROWS_BESIDE, ALL_ROWS);
}

static void
on_adjustment_value_changed (PorchUiFilesView *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  guint begin, end;

  if (!PORCH_UI_IS_ENTRIES (self->shown))
    return;
  find_rows (self, &begin, &end);
  /* As the first row is held, only the person can have done it: with a scroll bar, for instance. */
  if (self->shown == self->entries && gtk_adjustment_get_value (adjustment) > 0)
    self->moved = TRUE;
  if (self->moved && end > self->limit)
    show_so_many (self, end);
  porch_ui_entries_set_near (PORCH_UI_ENTRIES (self->shown), begin, end);
}

static void
swap_entries (PorchUiFilesView *self)
{
  GListModel *old = self->shown;

  self->shown = self->entries != NULL ? g_object_ref (self->entries) : NULL;
  gtk_slice_list_model_set_model (self->some, self->shown);
  porch_ui_listing_discard (old);
}

/* Fewer rows, until others can be shown in their place. */
static void
take_rows_away (PorchUiFilesView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->some));

  /* From the top: where it is scrolled down GTK would make new rows above for each that goes below. */
  if (!self->at_top)
    hold_top (self);
  else if (n > ALL_ROWS)
    gtk_slice_list_model_set_size (self->some, ALL_ROWS);
  else if (n > ROWS_AT_ONCE)
    gtk_slice_list_model_set_size (self->some, n - ROWS_AT_ONCE);
  else
    {
      gtk_slice_list_model_set_size (self->some, ROWS_AT_ONCE);
      swap_entries (self);
    }
  self->at_top = TRUE;
}

/* Fewer rows and then more and more of others. */
static gboolean
on_changing (gpointer data)
{
  PorchUiFilesView *self = data;
  guint size = gtk_slice_list_model_get_size (self->some);

  if (self->shown != self->entries)
    take_rows_away (self);
  else if (size < ALL_ROWS)
    gtk_slice_list_model_set_size (self->some, size + ROWS_AT_ONCE);
  else
    {
      self->changing = 0;
      gtk_slice_list_model_set_size (self->some, self->limit);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

/* A finger that has just left the touchpad scrolls on: not into what comes now. */
static void
stop_scrolling (PorchUiFilesView *self)
{
  GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (self)));

  gtk_scrolled_window_set_kinetic_scrolling (scrolled, FALSE);
  gtk_scrolled_window_set_kinetic_scrolling (scrolled, TRUE);
}

void
porch_ui_files_view_set_entries (PorchUiFilesView *self, GListModel *entries)
{
  g_return_if_fail (PORCH_UI_IS_FILES_VIEW (self));

  stop_scrolling (self);
  self->moved = self->at_top = FALSE;
  self->limit = SHOWN_WHILE_LOADING;
  g_string_truncate (self->typed, 0);
  g_hash_table_remove_all (self->kept);
  self->all = FALSE;
  porch_ui_listing_discard (self->entries);
  self->entries = entries != NULL ? g_object_ref (entries) : NULL;
  if (self->changing == 0)
    self->changing = g_idle_add (on_changing, self);
}

void
porch_ui_files_view_show_all (PorchUiFilesView *self)
{
  g_return_if_fail (PORCH_UI_IS_FILES_VIEW (self));
  show_so_many (self, G_MAXUINT);
}

guint
porch_ui_files_view_get_n_entries (PorchUiFilesView *self)
{
  g_return_val_if_fail (PORCH_UI_IS_FILES_VIEW (self), 0);
  return self->entries != NULL ? g_list_model_get_n_items (self->entries) : 0;
}

void
porch_ui_files_view_focus (PorchUiFilesView *self)
{
  g_return_if_fail (PORCH_UI_IS_FILES_VIEW (self));
  if (!self->moved)
    gtk_widget_child_focus (gtk_widget_get_last_child (GTK_WIDGET (self->view)), GTK_DIR_TAB_FORWARD);
}

/* --- the object --- */

static void
porch_ui_files_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiFilesView *self = PORCH_UI_FILES_VIEW (object);

  if (id != PROP_NARROW)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->narrow == g_value_get_boolean (value))
    return;
  self->narrow = !self->narrow;
  /* Taken out, not hidden: GTK 4.8 keeps the width of hidden columns free. */
  for (int i = COLUMN_SIZE; i < N_COLUMNS; i++)
    {
      if (self->narrow)
        gtk_column_view_remove_column (self->view, self->columns[i]);
      else
        gtk_column_view_append_column (self->view, self->columns[i]);
    }
  g_object_notify_by_pspec (object, pspec);
}

static void
porch_ui_files_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, PORCH_UI_FILES_VIEW (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_files_view_dispose (GObject *object)
{
  PorchUiFilesView *self = PORCH_UI_FILES_VIEW (object);

  g_clear_handle_id (&self->changing, g_source_remove);
  porch_ui_listing_discard (g_steal_pointer (&self->entries));
  porch_ui_listing_discard (g_steal_pointer (&self->shown));
  g_clear_object (&self->some);
  g_clear_object (&self->selection);
  for (int i = 0; i < N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  G_OBJECT_CLASS (porch_ui_files_view_parent_class)->dispose (object);
}

static void
porch_ui_files_view_finalize (GObject *object)
{
  PorchUiFilesView *self = PORCH_UI_FILES_VIEW (object);

  g_hash_table_unref (self->items);
  g_hash_table_unref (self->kept);
  g_string_free (self->typed, TRUE);
  G_OBJECT_CLASS (porch_ui_files_view_parent_class)->finalize (object);
}

/* Size and date have one width for all rows, so that they don't jump while scrolling; it follows the size of the text. */
static void
fit_columns (PorchUiFilesView *self)
{
  g_autoptr (PangoLayout) date = gtk_widget_create_pango_layout (GTK_WIDGET (self), "22 September");
  int width;

  pango_layout_get_pixel_size (date, &width, NULL);
  for (int place = COLUMN_SIZE; place <= COLUMN_MODIFIED; place++)
    gtk_column_view_column_set_fixed_width (self->columns[place], width + COLUMN_ROOM);
}

static void
porch_ui_files_view_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (porch_ui_files_view_parent_class)->system_setting_changed (widget, setting);
  if (setting == GTK_SYSTEM_SETTING_DPI || setting == GTK_SYSTEM_SETTING_FONT_NAME)
    fit_columns (PORCH_UI_FILES_VIEW (widget));
}

static void
porch_ui_files_view_class_init (PorchUiFilesViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = porch_ui_files_view_set_property;
  object_class->get_property = porch_ui_files_view_get_property;
  object_class->dispose = porch_ui_files_view_dispose;
  object_class->finalize = porch_ui_files_view_finalize;
  widget_class->system_setting_changed = porch_ui_files_view_system_setting_changed;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[OPENED] = g_signal_new ("opened", PORCH_UI_TYPE_FILES_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  PORCH_UI_TYPE_ENTRY);
  signals[SELECTION_CHANGED]
      = g_signal_new ("selection-changed", PORCH_UI_TYPE_FILES_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ORDER_CHANGED]
      = g_signal_new ("order-changed", PORCH_UI_TYPE_FILES_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-files-view.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiFilesView, view);
  gtk_widget_class_bind_template_callback (widget_class, on_view_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_scroll);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
porch_ui_files_view_init (PorchUiFilesView *self)
{
  self->items = g_hash_table_new (NULL, NULL);
  self->kept = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->typed = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
  add_column (self, COLUMN_NAME, _ ("Name"), G_CALLBACK (on_name_setup), G_CALLBACK (on_name_bind));
  add_column (self, COLUMN_SIZE, _ ("Size"), G_CALLBACK (on_text_setup), G_CALLBACK (on_size_bind));
  add_column (self, COLUMN_MODIFIED, _ ("Modified"), G_CALLBACK (on_text_setup), G_CALLBACK (on_modified_bind));
  fit_columns (self);
  self->some = gtk_slice_list_model_new (NULL, 0, ROWS_AT_ONCE);
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->some)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_column_view_sort_by_column (self->view, self->columns[COLUMN_NAME], GTK_SORT_ASCENDING);
  g_signal_connect_object (gtk_column_view_get_sorter (self->view), "changed", G_CALLBACK (on_sorter_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)), "value-changed",
                           G_CALLBACK (on_adjustment_value_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (on_selection_items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self, G_CONNECT_SWAPPED);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-folder-page.h"
#include "porch-ui-fold.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-entry.h"
#include "porch-ui-listing.h"
#include "porch-ui-words.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>

#define MAX_DOWNLOAD_PATHS 1000 /* in one message; more is a folder's worth */

enum
{
  COLUMN_NAME,
  COLUMN_SIZE,
  COLUMN_MODIFIED,
  N_COLUMNS
};

struct _PorchUiFolderPage
{
  AdwBin parent_instance;
  /* owned */
  PorchUiBackend *backend;
  char *peer;              /* object path */
  char *share;             /* id */
  char *name;              /* of the share */
  char *folder;            /* path below the share, "" is the top */
  GCancellable *asking;    /* (nullable) */
  PorchUiListing *listing; /* (nullable) */
  GtkSortListModel *sorted;
  GtkMultiSelection *selection;
  gboolean narrow;
  gboolean moved; /* by the person, since the folder was opened */
  /* borrowed */
  GtkWidget *crumbs;
  GtkSpinner *spinner;
  GtkWidget *download_all;
  GtkStack *stack;
  GtkColumnView *view;
  AdwStatusPage *status;
  GtkWidget *again;
  GtkActionBar *bar;
  GtkLabel *selected;
  /* owned */
  GtkColumnViewColumn *columns[N_COLUMNS];
};

enum
{
  PROP_0,
  PROP_NARROW,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PorchUiFolderPage, porch_ui_folder_page, ADW_TYPE_BIN)

static void open_folder (PorchUiFolderPage *self, const char *folder);

/* --- order --- */

static int
folders_first (PorchUiEntry *one, PorchUiEntry *two)
{
  return (porch_ui_entry_get_kind (one) != PORCH_UI_ENTRY_FOLDER) - (porch_ui_entry_get_kind (two) != PORCH_UI_ENTRY_FOLDER);
}

static int
by_name (gconstpointer a, gconstpointer b, gpointer data)
{
  PorchUiEntry *one = (PorchUiEntry *)a, *two = (PorchUiEntry *)b;
  int order = folders_first (one, two);

  return order != 0 ? order : g_strcmp0 (porch_ui_entry_get_sort_key (one), porch_ui_entry_get_sort_key (two));
}

static int
by_size (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 one = porch_ui_entry_get_size ((PorchUiEntry *)a), two = porch_ui_entry_get_size ((PorchUiEntry *)b);

  return one < two ? -1 : one > two;
}

static int
by_modified (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 one = porch_ui_entry_get_modified ((PorchUiEntry *)a), two = porch_ui_entry_get_modified ((PorchUiEntry *)b);

  return one < two ? -1 : one > two;
}

/* --- cells --- */

static char *
size_of (PorchUiEntry *entry)
{
  return porch_ui_entry_get_size (entry) < 0 ? g_strdup ("") : porch_ui_words_size (porch_ui_entry_get_size (entry));
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
  gtk_widget_set_tooltip_text (name, porch_ui_entry_get_shown (entry));
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

static void
add_column (PorchUiFolderPage *self, guint place, const char *title, GCompareDataFunc compare, GCallback setup, GCallback bind)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *column = gtk_column_view_column_new (title, factory);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL));

  g_signal_connect_object (factory, "setup", setup, self, 0);
  g_signal_connect_object (factory, "bind", bind, self, 0);
  gtk_column_view_column_set_sorter (column, sorter);
  gtk_column_view_column_set_expand (column, place == 0);
  gtk_column_view_column_set_fixed_width (column, place == 0 ? -1 : 130);
  gtk_column_view_append_column (self->view, column);
  self->columns[place] = column;
}

/* --- what is selected --- */

static void
on_selection_changed (PorchUiFolderPage *self)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  guint n = (guint)gtk_bitset_get_size (chosen);
  GtkBitsetIter iter;
  guint position;
  gint64 bytes = 0;
  gboolean folders = FALSE;
  g_autofree char *count = NULL;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (PorchUiEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

      folders |= porch_ui_entry_get_kind (entry) == PORCH_UI_ENTRY_FOLDER;
      bytes += MAX (porch_ui_entry_get_size (entry), 0);
    }
  /* Translators: how many files and folders are selected */
  count = g_strdup_printf (ngettext ("%u selected", "%u selected", n), n);
  size = porch_ui_words_size (bytes);
  /* Translators: "3 selected · 1.2 GB" */
  text = folders ? g_strdup (count) : g_strdup_printf (_ ("%1$s · %2$s"), count, size);
  gtk_label_set_text (self->selected, text);
  gtk_action_bar_set_revealed (self->bar, n > 0);
}

static void
activate_download (PorchUiFolderPage *self, const char *action, const char *const *paths)
{
  g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new ("(ss^aay)", self->peer, self->share, paths));

  gtk_widget_activate_action_variant (GTK_WIDGET (self), action, target);
}

static char **
selected_paths (PorchUiFolderPage *self)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (PorchUiEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
      g_autofree char *path
          = g_strconcat (self->folder, *self->folder != '\0' ? "/" : "", porch_ui_entry_get_name (entry), NULL);

      g_strv_builder_add (paths, path);
    }
  return g_strv_builder_end (paths);
}

static void
download (PorchUiFolderPage *self, const char *action)
{
  g_auto (GStrv) paths = selected_paths (self);

  if (g_strv_length (paths) > MAX_DOWNLOAD_PATHS)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("That are too many at once: download the whole folder instead"));
  else
    activate_download (self, action, (const char *const *)paths);
}

static void
on_download_clicked (GtkButton *button, gpointer data)
{
  download (data, "win.download");
}

static void
on_download_to_clicked (GtkButton *button, gpointer data)
{
  download (data, "win.download-to");
}

static void
on_download_all_clicked (GtkButton *button, gpointer data)
{
  PorchUiFolderPage *self = data;
  const char *paths[] = { self->folder, NULL };

  activate_download (self, "win.download", paths);
}

static void
on_view_activate (GtkColumnView *view, guint position, gpointer data)
{
  PorchUiFolderPage *self = data;
  g_autoptr (PorchUiEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_autofree char *path = NULL;

  if (entry == NULL || porch_ui_entry_get_kind (entry) != PORCH_UI_ENTRY_FOLDER)
    return;
  path = g_strconcat (self->folder, *self->folder != '\0' ? "/" : "", porch_ui_entry_get_name (entry), NULL);
  open_folder (self, path);
}

/* --- path buttons --- */

static void
on_crumb_clicked (GtkButton *button, gpointer data)
{
  open_folder (data, g_object_get_data (G_OBJECT (button), "folder"));
}

static void
add_crumb (PorchUiFolderPage *self, const char *label, const char *folder)
{
  g_autofree char *shown = porch_display_name (label, 40);
  GtkWidget *button = gtk_button_new_with_label (shown);

  if (gtk_widget_get_first_child (self->crumbs) != NULL)
    {
      GtkWidget *slash = gtk_label_new ("/");

      gtk_widget_add_css_class (slash, "dim-label");
      gtk_box_append (GTK_BOX (self->crumbs), slash);
    }
  gtk_widget_add_css_class (button, "flat");
  g_object_set_data_full (G_OBJECT (button), "folder", g_strdup (folder), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_crumb_clicked), self, 0);
  gtk_box_append (GTK_BOX (self->crumbs), button);
}

static void
fill_crumbs (PorchUiFolderPage *self)
{
  g_auto (GStrv) segments = g_strsplit (self->folder, "/", -1);
  g_autoptr (GString) path = g_string_new (NULL);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->crumbs)) != NULL)
    gtk_box_remove (GTK_BOX (self->crumbs), child);
  add_crumb (self, self->name, "");
  for (guint i = 0; segments[i] != NULL && *segments[i] != '\0'; i++)
    {
      g_string_append_printf (path, "%s%s", path->len > 0 ? "/" : "", segments[i]);
      add_crumb (self, segments[i], path->str);
    }
}

/* --- listing --- */

static void
show_status (PorchUiFolderPage *self, const char *icon, const char *title, const char *description, gboolean again)
{
  adw_status_page_set_icon_name (self->status, icon);
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, description);
  gtk_button_set_label (GTK_BUTTON (self->again), again ? _ ("Try _Again") : _ ("_Look Again"));
  gtk_stack_set_visible_child_name (self->stack, "status");
}

static void
show_error (PorchUiFolderPage *self, const char *message)
{
  g_autofree char *shown = porch_display_name (message, 300);
  g_autofree char *escaped = g_markup_escape_text (shown, -1);

  show_status (self, "dialog-warning-symbolic", _ ("This Folder Can’t Be Opened"), escaped, TRUE);
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, gpointer data)
{
  PORCH_UI_FOLDER_PAGE (data)->moved = TRUE;
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, gpointer data)
{
  PORCH_UI_FOLDER_PAGE (data)->moved = TRUE;
  return GDK_EVENT_PROPAGATE;
}

/* What sorts in above the first rows must not push the view down, until the person moves it. */
static void
on_sorted_notify_pending (PorchUiFolderPage *self)
{
  if (!self->moved)
    gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)), 0);
}

static void
on_listing_finished (PorchUiFolderPage *self, gboolean whole, const char *problem, PorchUiListing *listing)
{
  gboolean empty = g_list_model_get_n_items (porch_ui_listing_get_entries (listing)) == 0;

  gtk_spinner_stop (self->spinner);
  if (!whole && empty)
    show_error (self, problem != NULL ? problem : _ ("The other device stopped answering."));
  else if (!whole)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("Not all of this folder came: the other device stopped answering"));
  else if (empty)
    show_status (self, "folder-symbolic", _ ("Empty Folder"), _ ("There is nothing in it to download."), FALSE);
}

static void
stop_listing (PorchUiFolderPage *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->listing != NULL)
    {
      porch_ui_listing_stop (self->listing);
      g_signal_handlers_disconnect_by_data (self->listing, self);
    }
  g_clear_object (&self->listing);
}

static void
on_list_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) handle = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  PorchUiFolderPage *self = data;
  int fd = -1;

  if (porch_bus_daemon_call_list_finish (PORCH_BUS_DAEMON (source), &handle, &fds, result, &error))
    fd = g_unix_fd_list_get (fds, g_variant_get_handle (handle), &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* another folder is shown, or self is gone */
  g_clear_object (&self->asking);
  if (fd < 0)
    {
      porch_bus_error_strip (error);
      gtk_spinner_stop (self->spinner);
      show_error (self, error->message);
      return;
    }
  self->listing = porch_ui_listing_new (fd);
  g_signal_connect_object (self->listing, "finished", G_CALLBACK (on_listing_finished), self, G_CONNECT_SWAPPED);
  gtk_sort_list_model_set_model (self->sorted, porch_ui_listing_get_entries (self->listing));
}

static void
open_folder (PorchUiFolderPage *self, const char *folder)
{
  PorchBusDaemon *daemon = porch_ui_backend_get_daemon (self->backend);
  g_autofree char *kept = g_strdup (folder); /* may be of a button that goes now */
  GVariantBuilder options;

  stop_listing (self);
  g_free (self->folder);
  self->folder = g_steal_pointer (&kept);
  self->moved = FALSE;
  fill_crumbs (self);
  gtk_sort_list_model_set_model (self->sorted, NULL);
  gtk_stack_set_visible_child_name (self->stack, "rows");
  on_selection_changed (self);
  if (daemon == NULL)
    return;
  gtk_spinner_start (self->spinner);
  self->asking = g_cancellable_new ();
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  porch_bus_daemon_call_list (daemon, self->peer, self->share, self->folder, g_variant_builder_end (&options), NULL,
                              self->asking, on_list_ready, self);
}

static void
on_again_clicked (GtkButton *button, gpointer data)
{
  PorchUiFolderPage *self = data;

  open_folder (self, self->folder);
}

void
porch_ui_folder_page_show (PorchUiFolderPage *self, PorchUiBackend *backend, PorchBusPeer *peer, const char *share,
                           const char *name)
{
  g_return_if_fail (PORCH_UI_IS_FOLDER_PAGE (self));

  g_set_object (&self->backend, backend);
  g_free (self->peer);
  g_free (self->share);
  g_free (self->name);
  self->peer = g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (peer)));
  self->share = g_strdup (share);
  self->name = g_strdup (name);
  open_folder (self, "");
}

gboolean
porch_ui_folder_page_go_up (PorchUiFolderPage *self)
{
  g_autofree char *up = NULL;
  char *slash;

  g_return_val_if_fail (PORCH_UI_IS_FOLDER_PAGE (self), FALSE);

  if (self->folder == NULL || *self->folder == '\0')
    {
      stop_listing (self);
      return FALSE;
    }
  up = g_strdup (self->folder);
  slash = strrchr (up, '/');
  *(slash != NULL ? slash : up) = '\0';
  open_folder (self, up);
  return TRUE;
}

const char *
porch_ui_folder_page_get_title (PorchUiFolderPage *self)
{
  g_return_val_if_fail (PORCH_UI_IS_FOLDER_PAGE (self), NULL);
  return self->name;
}

static void
porch_ui_folder_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PorchUiFolderPage *self = PORCH_UI_FOLDER_PAGE (object);

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
porch_ui_folder_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, PORCH_UI_FOLDER_PAGE (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
porch_ui_folder_page_dispose (GObject *object)
{
  PorchUiFolderPage *self = PORCH_UI_FOLDER_PAGE (object);

  stop_listing (self);
  g_clear_object (&self->backend);
  g_clear_object (&self->sorted);
  g_clear_object (&self->selection);
  for (int i = 0; i < N_COLUMNS; i++)
    g_clear_object (&self->columns[i]);
  g_clear_pointer (&self->peer, g_free);
  g_clear_pointer (&self->share, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (porch_ui_folder_page_parent_class)->dispose (object);
}

static void
porch_ui_folder_page_class_init (PorchUiFolderPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = porch_ui_folder_page_set_property;
  object_class->get_property = porch_ui_folder_page_get_property;
  object_class->dispose = porch_ui_folder_page_dispose;
  props[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/porchshare/Porch/ui/porch-ui-folder-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, crumbs);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, download_all);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, stack);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, view);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, status);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, again);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, bar);
  gtk_widget_class_bind_template_child (widget_class, PorchUiFolderPage, selected);
  gtk_widget_class_bind_template_callback (widget_class, on_download_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_download_to_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_download_all_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_view_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_scroll);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
porch_ui_folder_page_init (PorchUiFolderPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_column (self, COLUMN_NAME, _ ("Name"), by_name, G_CALLBACK (on_name_setup), G_CALLBACK (on_name_bind));
  add_column (self, COLUMN_SIZE, _ ("Size"), by_size, G_CALLBACK (on_text_setup), G_CALLBACK (on_size_bind));
  add_column (self, COLUMN_MODIFIED, _ ("Modified"), by_modified, G_CALLBACK (on_text_setup), G_CALLBACK (on_modified_bind));
  self->sorted = gtk_sort_list_model_new (NULL, g_object_ref (gtk_column_view_get_sorter (self->view)));
  gtk_sort_list_model_set_incremental (self->sorted, TRUE);
  self->selection = gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  gtk_column_view_sort_by_column (self->view, self->columns[COLUMN_NAME], GTK_SORT_ASCENDING);
  g_signal_connect_object (self->sorted, "notify::pending", G_CALLBACK (on_sorted_notify_pending), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "selection-changed", G_CALLBACK (on_selection_changed), self, G_CONNECT_SWAPPED);
}

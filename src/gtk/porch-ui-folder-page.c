/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "porch-ui-folder-page.h"
#include "porch-ui-fold.h"
#include "porch-ui-wrap.h"
#include "porch-bus-error.h"
#include "porch-display.h"
#include "porch-ui-files-view.h"
#include "porch-ui-listing.h"
#include "porch-ui-words.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>

#define MAX_DOWNLOAD_PATHS 1000 /* in one message; more is a folder's worth */

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
  gboolean whole;          /* the listing came to its end */
  /* borrowed */
  GtkWidget *crumbs;
  GtkSpinner *spinner;
  GtkWidget *download_all;
  GtkStack *stack;
  PorchUiFilesView *view;
  AdwStatusPage *status;
  GtkWidget *again;
  GtkRevealer *bar;
  GtkLabel *selected;
};

G_DEFINE_FINAL_TYPE (PorchUiFolderPage, porch_ui_folder_page, ADW_TYPE_BIN)

static void open_folder (PorchUiFolderPage *self, const char *folder);

/* --- what is selected --- */

static void
on_selection_changed (PorchUiFilesView *view, gpointer data)
{
  PorchUiFolderPage *self = data;
  gint64 bytes;
  gboolean folders;
  guint n = porch_ui_files_view_count_selected (self->view, &bytes, &folders);
  /* Translators: how many files and folders are selected */
  g_autofree char *count = g_strdup_printf (ngettext ("%u selected", "%u selected", n), n);
  g_autofree char *size = porch_ui_words_size (bytes);
  /* Translators: "3 selected · 1.2 GB" */
  g_autofree char *text = folders ? g_strdup (count) : g_strdup_printf (_ ("%1$s · %2$s"), count, size);

  if (n > 0) /* what folds away keeps its words */
    gtk_label_set_text (self->selected, text);
  gtk_revealer_set_reveal_child (self->bar, n > 0);
}

static void
activate_download (PorchUiFolderPage *self, const char *action, const char *const *paths)
{
  g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new ("(ss^aay)", self->peer, self->share, paths));

  gtk_widget_activate_action_variant (GTK_WIDGET (self), action, target);
}

static char *
path_below (PorchUiFolderPage *self, const char *name)
{
  return g_strconcat (self->folder, *self->folder != '\0' ? "/" : "", name, NULL);
}

static char **
selected_paths (PorchUiFolderPage *self)
{
  g_auto (GStrv) names = porch_ui_files_view_dup_selected (self->view);
  guint n = g_strv_length (names);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  /* All that is in it is the folder itself, however many they are. */
  if (n > MAX_DOWNLOAD_PATHS && self->whole && n == porch_ui_files_view_get_n_entries (self->view))
    g_strv_builder_add (paths, self->folder);
  else
    for (guint i = 0; i < n; i++)
      {
        g_autofree char *path = path_below (self, names[i]);

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
                                _ ("Too many to take one by one: select fewer than 1,000, or download the whole folder"));
  else if (paths[0] != NULL)
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
on_view_opened (PorchUiFilesView *view, PorchUiEntry *entry, gpointer data)
{
  PorchUiFolderPage *self = data;
  const char *paths[2] = { NULL };
  g_autofree char *path = path_below (self, porch_ui_entry_get_name (entry));

  paths[0] = path;
  if (porch_ui_entry_get_kind (entry) == PORCH_UI_ENTRY_FOLDER)
    open_folder (self, path);
  else if (porch_ui_entry_get_kind (entry) == PORCH_UI_ENTRY_FILE)
    activate_download (self, "win.download", paths);
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
show_status (PorchUiFolderPage *self, const char *icon, const char *title, const char *description, const char *button)
{
  adw_status_page_set_icon_name (self->status, icon);
  adw_status_page_set_title (self->status, title);
  adw_status_page_set_description (self->status, description);
  gtk_button_set_label (GTK_BUTTON (self->again), button);
  gtk_widget_set_sensitive (self->download_all, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "status");
  gtk_widget_grab_focus (self->again);
}

static char *
dup_person (PorchUiFolderPage *self)
{
  PorchBusPeer *peer = porch_ui_backend_find_peer (self->backend, self->peer);

  return peer != NULL ? porch_ui_words_person (porch_bus_peer_get_name (peer)) : g_strdup (_ ("the other device"));
}

/* @message: (nullable) in the words of who found it out. */
static void
show_error (PorchUiFolderPage *self, PorchBusError code, const char *message)
{
  g_autofree char *person = dup_person (self);
  g_autofree char *shown = porch_display_name (message, 300);
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;
  g_autofree char *escaped = NULL;

  if (code == PORCH_BUS_ERROR_UNREACHABLE)
    {
      /* Translators: %s is a person or device */
      title = g_strdup_printf (_ ("%s Can’t Be Reached"), person);
      text = g_strdup (_ ("Check that the other device is on, awake and on this network, then try again."));
    }
  else if (code == PORCH_BUS_ERROR_NOT_FOUND || code == PORCH_BUS_ERROR_GONE || code == PORCH_BUS_ERROR_NOT_TRUSTED)
    {
      title = g_strdup (_ ("No Longer Shared With You"));
      /* Translators: %s is a person or device */
      text = g_strdup_printf (_ ("This folder was moved or removed, or %s shares it with others now. Ask, then try again."),
                              person);
    }
  else
    {
      title = g_strdup (_ ("This Folder Can’t Be Opened"));
      text = *shown != '\0' ? g_strdup (shown) : g_strdup (_ ("The other device stopped answering."));
    }
  escaped = g_markup_escape_text (text, -1);
  show_status (self, "dialog-warning-symbolic", title, escaped, _ ("Try _Again"));
}

/* docs/PROTOCOL.md */
static PorchBusError
parse_code (const char *code)
{
  if (g_strcmp0 (code, "not-found") == 0 || g_strcmp0 (code, "gone") == 0)
    return PORCH_BUS_ERROR_GONE;
  if (g_strcmp0 (code, "not-trusted") == 0)
    return PORCH_BUS_ERROR_NOT_TRUSTED;
  return g_strcmp0 (code, "unreachable") == 0 ? PORCH_BUS_ERROR_UNREACHABLE : PORCH_BUS_ERROR_FAILED;
}

static GtkWidget *
focus_of (PorchUiFolderPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL ? focus : GTK_WIDGET (self);
}

static void
on_listing_finished (PorchUiFolderPage *self, gboolean whole, const char *code, const char *problem, PorchUiListing *listing)
{
  gboolean empty = g_list_model_get_n_items (porch_ui_listing_get_entries (listing)) == 0;

  gtk_spinner_stop (self->spinner);
  porch_ui_files_view_show_all (self->view);
  self->whole = whole;
  if (!whole && empty)
    show_error (self, parse_code (code), problem);
  else if (!whole)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.toast", "s",
                                _ ("Not all of this folder came: the other device stopped answering"));
  else if (empty)
    show_status (self, "folder-symbolic", _ ("Empty Folder"), _ ("There is nothing in it to download."), _ ("_Look Again"));
  if (!empty && gtk_widget_is_ancestor (focus_of (self), self->crumbs))
    porch_ui_files_view_focus (self->view);
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
on_listing_notify_entries (PorchUiFolderPage *self)
{
  porch_ui_files_view_set_entries (self->view, porch_ui_listing_get_entries (self->listing));
  if (porch_ui_listing_is_over (self->listing))
    porch_ui_files_view_show_all (self->view);
}

static void
on_order_changed (PorchUiFilesView *view, gpointer data)
{
  PorchUiFolderPage *self = data;

  if (self->listing != NULL)
    porch_ui_listing_set_order (self->listing, porch_ui_files_view_get_order (view));
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
      show_error (self, error->domain == PORCH_BUS_ERROR ? (PorchBusError)error->code : PORCH_BUS_ERROR_FAILED, error->message);
      return;
    }
  self->listing = porch_ui_listing_new (fd, porch_ui_files_view_get_order (self->view));
  g_signal_connect_object (self->listing, "notify::entries", G_CALLBACK (on_listing_notify_entries), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->listing, "finished", G_CALLBACK (on_listing_finished), self, G_CONNECT_SWAPPED);
  on_listing_notify_entries (self);
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
  self->whole = FALSE;
  fill_crumbs (self);
  porch_ui_files_view_set_entries (self->view, NULL);
  /* What had the keys may be gone now. A row has them only when no more come: GTK 4.8 works hard to keep it in its place. */
  gtk_widget_grab_focus (gtk_widget_get_last_child (self->crumbs));
  gtk_stack_set_visible_child_name (self->stack, "rows");
  gtk_widget_set_sensitive (self->download_all, TRUE);
  on_selection_changed (self->view, self);
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

/* Whose folder it is; which one, the path says. */
const char *
porch_ui_folder_page_get_title (PorchUiFolderPage *self)
{
  PorchBusPeer *peer;

  g_return_val_if_fail (PORCH_UI_IS_FOLDER_PAGE (self), NULL);
  peer = self->peer != NULL ? porch_ui_backend_find_peer (self->backend, self->peer) : NULL;
  return peer != NULL ? porch_bus_peer_get_name (peer) : self->name;
}

static void
porch_ui_folder_page_dispose (GObject *object)
{
  PorchUiFolderPage *self = PORCH_UI_FOLDER_PAGE (object);

  stop_listing (self);
  g_clear_object (&self->backend);
  g_clear_pointer (&self->peer, g_free);
  g_clear_pointer (&self->share, g_free);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->folder, g_free);
  G_OBJECT_CLASS (porch_ui_folder_page_parent_class)->dispose (object);
}

static void
porch_ui_folder_page_class_init (PorchUiFolderPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = porch_ui_folder_page_dispose;
  g_type_ensure (PORCH_UI_TYPE_FILES_VIEW);
  g_type_ensure (PORCH_UI_TYPE_FOLD);
  g_type_ensure (PORCH_UI_TYPE_WRAP);
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
  gtk_widget_class_bind_template_callback (widget_class, on_view_opened);
  gtk_widget_class_bind_template_callback (widget_class, on_selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_order_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_again_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_BackSpace, 0, "win.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "win.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Up, GDK_ALT_MASK, "win.back", NULL);
}

static void
porch_ui_folder_page_init (PorchUiFolderPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
porch_ui_folder_page_get_bar (PorchUiFolderPage *self)
{
  g_return_val_if_fail (PORCH_UI_IS_FOLDER_PAGE (self), NULL);
  return GTK_WIDGET (self->bar);
}

GtkWidget *
porch_ui_folder_page_get_view (PorchUiFolderPage *self)
{
  g_return_val_if_fail (PORCH_UI_IS_FOLDER_PAGE (self), NULL);
  return GTK_WIDGET (self->view);
}

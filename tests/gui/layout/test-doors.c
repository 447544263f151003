/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The doors of sending that need a display: what is read from the clipboard in which form, and places to drop things on. */
#include "config.h"

#include "porch-ui-clipboard.h"
#include "porch-ui-drop.h"

#include <gtk/gtk.h>
#include <string.h>

/* --- the clipboard --- */

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_set_object ((GAsyncResult **)data, result);
}

/* What would be sent of what this provider offers. Takes @content. */
static PorchUiParcel *
paste (GdkContentProvider *content, GError **error)
{
  g_autoptr (GdkContentProvider) taken = content;
  g_autoptr (GAsyncResult) result = NULL;
  GdkClipboard *clipboard = gdk_display_get_clipboard (gdk_display_get_default ());

  g_assert_true (gdk_clipboard_set_content (clipboard, content));
  porch_ui_clipboard_read_async (clipboard, on_read, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return porch_ui_clipboard_read_finish (clipboard, result, error);
}

static GdkContentProvider *
both (GdkContentProvider *one, GdkContentProvider *two)
{
  return gdk_content_provider_new_union ((GdkContentProvider *[]){ one, two }, 2);
}

static GdkContentProvider *
files_of (const char *one, const char *two)
{
  g_autoptr (GFile) first = g_file_new_for_uri (one);
  g_autoptr (GFile) second = two != NULL ? g_file_new_for_uri (two) : NULL;
  GSList *list = g_slist_prepend (second != NULL ? g_slist_prepend (NULL, second) : NULL, first);
  GdkFileList *files = gdk_file_list_new_from_list (list);
  GdkContentProvider *content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, files);

  g_slist_free (list);
  g_boxed_free (GDK_TYPE_FILE_LIST, files);
  return content;
}

static GdkContentProvider *
text_of (const char *text)
{
  return gdk_content_provider_new_typed (G_TYPE_STRING, text);
}

static GdkTexture *
make_texture (void)
{
  g_autoptr (GBytes) pixels = g_bytes_new_static ("\xff\x00\x00\xff\x00\xff\x00\xff", 8);

  return gdk_memory_texture_new (2, 1, GDK_MEMORY_R8G8B8A8, pixels, 8);
}

static char *
read_only_file (PorchUiParcel *parcel, gsize *length)
{
  char *bytes = NULL;

  g_assert_cmpuint (porch_ui_parcel_get_files (parcel)->len, ==, 1);
  g_assert_true (g_file_load_contents (porch_ui_parcel_get_files (parcel)->pdata[0], NULL, &bytes, length, NULL, NULL));
  return bytes;
}

/* File managers give the paths as a text besides. */
static void
test_files_before_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel
      = paste (both (text_of ("/a.txt\n/b.txt"), files_of ("file:///a.txt", "file:///b.txt")), &error);
  g_autofree char *second = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (porch_ui_parcel_get_files (parcel)->len, ==, 2);
  second = g_file_get_uri (porch_ui_parcel_get_files (parcel)->pdata[1]);
  g_assert_cmpstr (second, ==, "file:///b.txt");
}

/* Spreadsheets paint what is written. */
static void
test_text_before_picture (void)
{
  g_autoptr (GdkTexture) texture = make_texture ();
  g_autoptr (PorchUiParcel) parcel
      = paste (both (gdk_content_provider_new_typed (GDK_TYPE_TEXTURE, texture), text_of ("7")), NULL);

  g_assert_cmpstr (porch_ui_parcel_get_text (parcel), ==, "7");
}

static void
test_web_address (void)
{
  g_autoptr (PorchUiParcel) parcel = paste (files_of ("https://example.org/", NULL), NULL);

  g_assert_cmpstr (porch_ui_parcel_get_text (parcel), ==, "https://example.org/");
}

/* A PNG goes as it is, byte by byte: nothing is decoded. */
static void
test_png (void)
{
  const char png[] = "\x89PNG\r\n\x1a\n no picture at all";
  g_autoptr (GBytes) bytes = g_bytes_new_static (png, sizeof png);
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = paste (gdk_content_provider_new_for_bytes ("image/png", bytes), &error);
  g_autofree char *written = NULL;
  g_autofree char *name = NULL;
  gsize length;

  g_assert_no_error (error);
  written = read_only_file (parcel, &length);
  g_assert_cmpmem (written, length, png, sizeof png);
  name = g_file_get_basename (porch_ui_parcel_get_files (parcel)->pdata[0]);
  g_assert_true (g_str_has_prefix (name, "Picture ") && g_str_has_suffix (name, ".png"));
}

static void
test_picture (void)
{
  g_autoptr (GdkTexture) texture = make_texture ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PorchUiParcel) parcel = paste (gdk_content_provider_new_typed (GDK_TYPE_TEXTURE, texture), &error);
  g_autoptr (GdkTexture) read = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *written;
  gsize length;

  g_assert_no_error (error);
  written = read_only_file (parcel, &length);
  bytes = g_bytes_new_take (written, length);
  read = gdk_texture_new_from_bytes (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_texture_get_width (read), ==, 2);
}

static void
test_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  g_assert_null (paste (gdk_content_provider_new_for_bytes ("application/x-something", bytes), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "Nothing that can be sent was copied");
  g_clear_error (&error);
  g_assert_null (paste (text_of (""), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- places to drop on --- */

typedef struct
{
  GtkWidget *window, *page, *card;
  GtkDropTarget *page_drop, *card_drop;
  char *uris, *text; /* what the actions were called with, printed */
} Places;

static void
on_send_uris (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ((Places *)data)->uris = g_variant_print (parameter, FALSE);
}

static void
on_send_text (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  ((Places *)data)->text = g_variant_print (parameter, FALSE);
}

/* A card on a page, both of them places; the page is 300 × 300, the card 100 × 100 in its corner. */
static void
set_up (Places *places, gconstpointer data)
{
  const GActionEntry entries[] = { { "send-uris", on_send_uris, "(sas)" }, { "send-text", on_send_text, "(ss)" } };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  places->window = gtk_window_new ();
  places->page = gtk_fixed_new ();
  places->card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_size_request (places->page, 300, 300);
  gtk_widget_set_size_request (places->card, 100, 100);
  gtk_fixed_put (GTK_FIXED (places->page), places->card, 0, 0);
  gtk_window_set_child (GTK_WINDOW (places->window), places->page);
  places->page_drop = porch_ui_drop_add (places->page);
  places->card_drop = porch_ui_drop_add (places->card);
  porch_ui_drop_set_peer (places->card_drop, "/peers/ben");
  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), places);
  gtk_widget_insert_action_group (places->window, "win", G_ACTION_GROUP (group));
  gtk_window_present (GTK_WINDOW (places->window));
  while (gtk_widget_get_width (places->page) < 300)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Places *places, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (places->window));
  g_free (places->uris);
  g_free (places->text);
}

static gboolean
drop (GtkDropTarget *target, GType type, gconstpointer boxed)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, type);
  if (type == G_TYPE_STRING)
    g_value_set_string (&value, boxed);
  else
    g_value_set_boxed (&value, boxed);
  g_signal_emit_by_name (target, "drop", &value, 1.0, 1.0, &taken);
  return taken;
}

static void
test_drop_files (Places *places, gconstpointer data)
{
  g_autoptr (GFile) one = g_file_new_for_path ("/home/mia/a b.txt");
  g_autoptr (GFile) two = g_file_new_for_path ("/home/mia/Album");
  GdkFileList *files = gdk_file_list_new_from_array ((GFile *[]){ one, two }, 2);

  g_assert_true (drop (places->card_drop, GDK_TYPE_FILE_LIST, files));
  g_assert_cmpstr (places->uris, ==, "('/peers/ben', ['file:///home/mia/a%20b.txt', 'file:///home/mia/Album'])");
  g_clear_pointer (&places->uris, g_free);
  g_assert_true (drop (places->page_drop, GDK_TYPE_FILE_LIST, files)); /* whom for is asked */
  g_assert_cmpstr (places->uris, ==, "('', ['file:///home/mia/a%20b.txt', 'file:///home/mia/Album'])");
  g_assert_null (places->text);
  g_boxed_free (GDK_TYPE_FILE_LIST, files);
}

static void
test_drop_text (Places *places, gconstpointer data)
{
  g_assert_true (drop (places->card_drop, G_TYPE_STRING, "https://example.org/"));
  g_assert_cmpstr (places->text, ==, "('/peers/ben', 'https://example.org/')");
  g_assert_null (places->uris);
}

/* Only the innermost place shows that it would take it. */
static void
test_hover (Places *places, gconstpointer data)
{
  GdkDragAction action = 0;

  g_signal_emit_by_name (places->page_drop, "motion", 50.0, 50.0, &action);
  g_signal_emit_by_name (places->card_drop, "motion", 50.0, 50.0, &action);
  g_assert_cmpint (action, ==, GDK_ACTION_COPY);
  g_assert_false (gtk_widget_has_css_class (places->page, "porch-drop"));
  g_assert_true (gtk_widget_has_css_class (places->card, "porch-drop"));
  g_signal_emit_by_name (places->card_drop, "leave");
  g_signal_emit_by_name (places->page_drop, "motion", 250.0, 250.0, &action);
  g_assert_true (gtk_widget_has_css_class (places->page, "porch-drop"));
  g_assert_false (gtk_widget_has_css_class (places->card, "porch-drop"));
  drop (places->page_drop, G_TYPE_STRING, "x");
  g_assert_false (gtk_widget_has_css_class (places->page, "porch-drop"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  if (!gtk_init_check ())
    {
      g_print ("skipped: no display\n");
      return 77;
    }
  g_test_add_func ("/doors/files-before-text", test_files_before_text);
  g_test_add_func ("/doors/text-before-picture", test_text_before_picture);
  g_test_add_func ("/doors/web-address", test_web_address);
  g_test_add_func ("/doors/png", test_png);
  g_test_add_func ("/doors/picture", test_picture);
  g_test_add_func ("/doors/nothing", test_nothing);
  g_test_add ("/doors/drop-files", Places, NULL, set_up, test_drop_files, tear_down);
  g_test_add ("/doors/drop-text", Places, NULL, set_up, test_drop_text, tear_down);
  g_test_add ("/doors/hover", Places, NULL, set_up, test_hover, tear_down);
  return g_test_run ();
}

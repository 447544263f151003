/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables, as a list of migrations: PRAGMA user_version counts how many were applied. Only ever append. */
#include "config.h"

#include "store/porch-schema.h"

static const char *const migrations[] = {
  /* 1: the first schema. Ids are lower-case hex text, paths blobs, times unix nanoseconds unless named _s. */
  "CREATE TABLE setting (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;"
  "CREATE TABLE device (id TEXT PRIMARY KEY, trust INTEGER NOT NULL DEFAULT 0, label TEXT, name TEXT, chassis TEXT,"
  " address TEXT, last_seen_s INTEGER NOT NULL DEFAULT 0, manual INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;"
  "CREATE TABLE share (id TEXT PRIMARY KEY, name TEXT NOT NULL, note TEXT, path BLOB NOT NULL, audience INTEGER NOT NULL,"
  " ask INTEGER NOT NULL DEFAULT 0, access INTEGER NOT NULL DEFAULT 0, until_s INTEGER NOT NULL DEFAULT 0,"
  " active INTEGER NOT NULL DEFAULT 1, created_s INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE share_selected (share TEXT NOT NULL REFERENCES share(id) ON DELETE CASCADE, device TEXT NOT NULL,"
  " PRIMARY KEY (share, device)) WITHOUT ROWID;"
  /* Offers both ways: direction 0 incoming, 1 outgoing. Keyed by (device, id): an id is the other device's word. */
  "CREATE TABLE offer (device TEXT NOT NULL, id TEXT NOT NULL, direction INTEGER NOT NULL, state INTEGER NOT NULL,"
  " kind INTEGER NOT NULL, body BLOB NOT NULL, received_s INTEGER NOT NULL, transfer TEXT,"
  " PRIMARY KEY (device, id, direction)) WITHOUT ROWID;"
  /* What an outgoing offer offers: top-level name and local path. */
  "CREATE TABLE offer_item (device TEXT NOT NULL, offer TEXT NOT NULL, name BLOB NOT NULL, path BLOB NOT NULL,"
  " PRIMARY KEY (device, offer, name)) WITHOUT ROWID;"
  "CREATE TABLE transfer (id TEXT PRIMARY KEY, direction INTEGER NOT NULL, state INTEGER NOT NULL, device TEXT NOT NULL,"
  " title TEXT, source BLOB NOT NULL, target BLOB, spec BLOB NOT NULL, position INTEGER NOT NULL, created_s INTEGER NOT NULL,"
  " finished_s INTEGER NOT NULL DEFAULT 0, bytes_done INTEGER NOT NULL DEFAULT 0, bytes_total INTEGER NOT NULL DEFAULT -1,"
  " files_done INTEGER NOT NULL DEFAULT 0, files_total INTEGER NOT NULL DEFAULT -1, error TEXT, boot TEXT) WITHOUT ROWID;"
  /* One row for each file or folder of an unfinished download: wire path, final path below the target, staging, version. */
  "CREATE TABLE transfer_file (transfer TEXT NOT NULL REFERENCES transfer(id) ON DELETE CASCADE, number INTEGER NOT NULL,"
  " path BLOB NOT NULL, kind INTEGER NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, version TEXT,"
  " state INTEGER NOT NULL DEFAULT 0, final BLOB, staging TEXT, boot TEXT, inode INTEGER, ctime INTEGER, problem TEXT,"
  " PRIMARY KEY (transfer, number)) WITHOUT ROWID;"
  /* The block hashes that were received, checked and written, 1 MiB each. */
  "CREATE TABLE transfer_block (transfer TEXT NOT NULL, number INTEGER NOT NULL, block INTEGER NOT NULL, hash BLOB NOT NULL,"
  " PRIMARY KEY (transfer, number, block),"
  " FOREIGN KEY (transfer, number) REFERENCES transfer_file (transfer, number) ON DELETE CASCADE) WITHOUT ROWID;"
  "CREATE TABLE transfer_problem (transfer TEXT NOT NULL REFERENCES transfer(id) ON DELETE CASCADE, path TEXT NOT NULL,"
  " message TEXT NOT NULL);"
  /* Cache of content ids: key is where it lies and what it was then. */
  "CREATE TABLE content (share TEXT NOT NULL, path BLOB NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL,"
  " mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, id BLOB NOT NULL, PRIMARY KEY (share, path)) WITHOUT ROWID;"
  "CREATE INDEX content_id ON content (id);"
  /* Networks and what the user said of them: 0 not asked, 1 visible, 2 hidden. */
  "CREATE TABLE network (id TEXT PRIMARY KEY, name TEXT, visibility INTEGER NOT NULL DEFAULT 0, seen_s INTEGER NOT NULL) WITHOUT ROWID;",
  /* 2: a share that is a mount point is missing while nothing is mounted there, though a bare folder is. */
  "ALTER TABLE share ADD COLUMN mount_point INTEGER NOT NULL DEFAULT 0;",
  /* 3: bytes per second for one device, 0 for no limit. */
  "CREATE TABLE device_limit (device TEXT PRIMARY KEY, up INTEGER NOT NULL, down INTEGER NOT NULL) WITHOUT ROWID;",
  /* 4: the block hashes of a file whose content id is known, 32 bytes each. */
  "ALTER TABLE content ADD COLUMN blocks BLOB;",
  /* 5: how often something from a trusted device was accepted, and whether the next comes without being asked. */
  "ALTER TABLE device ADD COLUMN accepts INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE device ADD COLUMN auto_accept INTEGER NOT NULL DEFAULT 0;",
  /* 6: hand-outs, what is in them, and who joined. body is what joiners are told; empty until the manifest is written. */
  "CREATE TABLE handout (id TEXT PRIMARY KEY, number TEXT NOT NULL, title TEXT NOT NULL, state INTEGER NOT NULL,"
  " body BLOB NOT NULL, created_s INTEGER NOT NULL) WITHOUT ROWID;"
  "CREATE TABLE handout_item (handout TEXT NOT NULL REFERENCES handout(id) ON DELETE CASCADE, name BLOB NOT NULL,"
  " path BLOB NOT NULL, PRIMARY KEY (handout, name)) WITHOUT ROWID;"
  "CREATE TABLE handout_joiner (handout TEXT NOT NULL REFERENCES handout(id) ON DELETE CASCADE, device TEXT NOT NULL,"
  " name TEXT NOT NULL, address TEXT NOT NULL, state INTEGER NOT NULL, done INTEGER NOT NULL, missing INTEGER NOT NULL,"
  " joined_s INTEGER NOT NULL, PRIMARY KEY (handout, device)) WITHOUT ROWID;",
  /* 7: the file is a repaired copy that is put beside the damaged one. */
  "ALTER TABLE transfer_file ADD COLUMN repair INTEGER NOT NULL DEFAULT 0;",
};

guint
porch_schema_count (void)
{
  return G_N_ELEMENTS (migrations);
}

const char *
porch_schema_get (guint number)
{
  return number < G_N_ELEMENTS (migrations) ? migrations[number] : NULL;
}

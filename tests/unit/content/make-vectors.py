#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Content ids as another implementation of BitTorrent v2 computes them.

    make-vectors.py                 writes hash-vectors.h beside this file
    make-vectors.py --print SIZE…   one line "SIZE ROOT" for each, of the pattern that test-hash-tree.c makes
    make-vectors.py --file PATH     the root of a file

Ends with 77 where python3-libtorrent is not installed.
"""
import os
import sys
import tempfile

try:
    import libtorrent
except ImportError:
    print("python3-libtorrent is not installed", file=sys.stderr)
    sys.exit(77)

MIB = 1 << 20
SIZES = [1, 2, 16383, 16384, 16385, 32768, 32769, 49152, 65536, 100000, MIB - 16384, MIB - 1, MIB, MIB + 1, MIB + 16384,
         2 * MIB - 1, 2 * MIB, 2 * MIB + 1, 3 * MIB, 3 * MIB + 7, 3000000, 4 * MIB, 5 * MIB + 1, 7 * MIB + 12345, 8 * MIB,
         17 * MIB + 1]
# All zeros, made with truncate: five gibibytes need no room on the disk.
SPARSE = [MIB, 64 * MIB, (5 << 30) + 3]
CYCLE = bytes((i * i + (31 * i >> 3)) & 0xff for i in range(65521))


def pattern(size):
    return (CYCLE * (size // len(CYCLE) + 1))[:size]


def root_of(path):
    storage = libtorrent.file_storage()
    libtorrent.add_files(storage, path)
    torrent = libtorrent.create_torrent(storage, MIB, libtorrent.create_torrent.v2_only)
    libtorrent.set_piece_hashes(torrent, os.path.dirname(path))
    tree = torrent.generate()[b"info"][b"file tree"]
    return tree[os.path.basename(path).encode()][b""][b"pieces root"].hex()


def root_of_pattern(folder, size):
    path = os.path.join(folder, "pattern")
    with open(path, "wb") as out:
        out.write(pattern(size))
    return root_of(path)


def root_of_sparse(folder, size):
    path = os.path.join(folder, "sparse")
    with open(path, "wb") as out:
        out.truncate(size)
    return root_of(path)


def write_table(folder):
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hash-vectors.h")
    with open(target, "w", encoding="ascii") as out:
        out.write("/* SPDX-License-Identifier: GPL-3.0-or-later */\n")
        out.write("/* Written by make-vectors.py with libtorrent %s: \"pieces root\" of files of these sizes. */\n"
                  % libtorrent.version)
        out.write("#pragma once\n\n#include <glib.h>\n\n")
        out.write("typedef struct {\n  guint64     size;\n  const char *root;\n} HashVector;\n")
        for name, sizes, make in (("pattern", SIZES, root_of_pattern), ("sparse", SPARSE, root_of_sparse)):
            out.write("\nstatic const HashVector %s_vectors[] = {\n" % name)
            for size in sizes:
                out.write("  { G_GUINT64_CONSTANT (%d), \"%s\" },\n" % (size, make(folder, size)))
            out.write("};\n")


def main():
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 2 and sys.argv[1] == "--print":
            for size in sys.argv[2:]:
                print(size, root_of_pattern(folder, int(size)))
        elif len(sys.argv) == 3 and sys.argv[1] == "--file":
            print(root_of(os.path.abspath(sys.argv[2])))
        elif len(sys.argv) == 1:
            write_table(folder)
        else:
            sys.exit(__doc__)


main()

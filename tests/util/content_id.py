# SPDX-License-Identifier: GPL-3.0-or-later
"""The content id of some bytes, straight from BEP 52's words: a second implementation for tests to compare with."""
import hashlib

LEAF = 16 * 1024


def content_id(data):
    """64 hex digits; None for no bytes."""
    if not data:
        return None
    layer = [hashlib.sha256(data[i:i + LEAF]).digest() for i in range(0, len(data), LEAF)]
    while len(layer) & (len(layer) - 1):
        layer.append(bytes(32))
    while len(layer) > 1:
        layer = [hashlib.sha256(layer[i] + layer[i + 1]).digest() for i in range(0, len(layer), 2)]
    return layer[0].hex()

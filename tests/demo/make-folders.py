# SPDX-License-Identifier: GPL-3.0-or-later
"""Fills a made-up neighbor's home with folders that look like somebody's: make-folders.py HOME ada|livingroom
Pictures and sounds are real files of their kinds, drawn and played by this script; everything is small."""
import math
import os
import random
import struct
import sys
import zlib


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    then = 1_790_000_000 + zlib.crc32(path.encode()) % 5_000_000
    os.utime(path, (then, then))


def png(width, height, seed):
    """A landscape: sky, sun, hills."""
    rng = random.Random(seed)
    sky = [rng.randrange(90, 200), rng.randrange(120, 200), rng.randrange(180, 255)]
    sun = (rng.randrange(width), rng.randrange(height // 2), rng.randrange(10, 40))
    hills = [(rng.uniform(0.4, 0.8), rng.uniform(0.01, 0.04), rng.uniform(0, 6), [rng.randrange(20, 120) for _ in range(3)]) for _ in range(3)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            color = [min(255, c + 60 * y // height) for c in sky]
            if (x - sun[0]) ** 2 + (y - sun[1]) ** 2 < sun[2] ** 2:
                color = [255, 220, 120]
            for base, freq, phase, paint in hills:
                if y > height * (base + 0.08 * math.sin(x * freq + phase)):
                    color = paint
            rows += bytes(color)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + chunk(b"IEND", b""))


def wav(seconds, notes):
    rate = 11025
    samples = bytearray()
    for i in range(int(seconds * rate)):
        note = notes[int(i / rate * 2) % len(notes)]
        samples += struct.pack("<h", int(9000 * math.sin(2 * math.pi * note * i / rate)))
    return (b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, 2 * rate, 2, 16)
            + b"data" + struct.pack("<I", len(samples)) + samples)


def film(size, seed):
    """Bytes that nobody can compress, as films are."""
    return random.Random(seed).randbytes(size)


def ada(home):
    for i in range(12):
        write(f"{home}/Pictures/Lake in June/DSC_{2041 + i}.png", png(320, 214, i))
    for i in range(5):
        write(f"{home}/Pictures/Emre's birthday/IMG_{610 + i}.png", png(320, 214, 50 + i))
    write(f"{home}/Recipes/Grandma's plum cake.txt", "500 g plums\n200 g flour\n120 g butter\n2 eggs\n\n180 °C, 45 minutes.\n")
    write(f"{home}/Recipes/Lentil soup.txt", "Red lentils, cumin, lemon. Twenty minutes.\n")
    write(f"{home}/Recipes/Bread/Sourdough.txt", "Start the evening before.\n")
    write(f"{home}/School/History/Essay.txt", "The porch as a place between inside and outside\n" * 40)
    write(f"{home}/School/Chemistry/Measurements.csv", "minute,°C\n" + "".join(f"{m},{20 + m * 0.7:.1f}\n" for m in range(60)))


def livingroom(home):
    write(f"{home}/Films/Summer 2025.mkv", film(48 << 20, 1))
    write(f"{home}/Films/The garden, a year.mkv", film(24 << 20, 2))
    for i, (name, notes) in enumerate({"Evening": [262, 330, 392, 523], "Rain": [220, 262, 330, 294], "Sunday": [294, 370, 440, 370]}.items()):
        write(f"{home}/Music/The Front Steps/Porch Songs/{i + 1:02} {name}.wav", wav(8, notes))
    write(f"{home}/Music/The Front Steps/Porch Songs/cover.png", png(200, 200, 99))


{"ada": ada, "livingroom": livingroom}[sys.argv[2]](sys.argv[1])

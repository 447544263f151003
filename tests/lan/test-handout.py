#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A room of seven: one hands out, six who trust nobody type the number, on links of 40 Mbit/s. One comes late, one is killed in the
middle and comes back, one takes it again; a stranger's wrong number learns nothing; the estimate at a tenth of the way is held against
what came; the giver is restarted and the number holds; the end is the end."""
import os
import time

from neighbours import Lan, wait

LARGE = 240 << 20     # for the estimate: long enough that it is not over before it has begun
SIZE = 48 << 20
NAMES = ["Ada", "Ben", "Cleo", "Dora", "Emil", "Finn", "Gita"]


def make(peer, path, size):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        for _ in range(size >> 20):
            f.write(os.urandom(1 << 20))
    peer.own(os.path.dirname(path))


def read(peer, path):
    with open(peer.view(path), "rb") as f:
        return f.read()


def handout(ada, number):
    return next(h for h in ada.porch("handout", "list") if h["number"] == number)


def states(ada, number):
    return {r["name"]: r["state"] for r in handout(ada, number)["receivers"]}


def estimate_at_a_tenth(ada, number):
    """(seconds from then on that were promised, when that was). Asked as often as a person sees a new number."""
    while True:
        now = handout(ada, number)
        part = now["bytes_done"] / max(now["bytes_total"], 1)
        if part >= 0.1 and now["time_left"] >= 0 and len(now["receivers"]) >= 5:
            print("at %.0f %%: %d s are promised, at %.1f MB/s" % (part * 100, now["time_left"], now["rate"] / 1e6))
            return now["time_left"], time.monotonic()
        assert part < 0.3, "no estimate at %.0f %%: %s" % (part * 100, now)
        time.sleep(0.25)


def room(lan):
    ada, *takers = lan.peers
    for peer, name in zip(lan.peers, NAMES):
        peer.start(name=name)
    for taker in takers:
        wait(taker.host + " to see Ada", lambda: [p for p in taker.porch("peers") if p["name"] == "Ada" and p["online"]])
    return ada, takers


def all_at_once(lan, ada, takers, path, number):
    """Five at the same time; how good was the promise?"""
    joined = [t.porch_bg("join", number, "--yes") for t in takers[:5]]
    promised, at = estimate_at_a_tenth(ada, number)
    for taker, process in zip(takers, joined):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, (taker.host, out, err)
    took = time.monotonic() - at
    print("ok   five have it: %.1f s promised, %.1f s true (%.2f)" % (promised, took, promised / took))
    assert 0.75 * took <= promised <= 1.25 * took, "the estimate was %.1f s, the truth %.1f s" % (promised, took)
    want = read(ada, path)
    for taker in takers[:5]:
        assert read(taker, taker.home + "/Downloads/film.bin") == want, taker.host
        assert taker.porch("offers") == [], "somebody was asked"
        assert [p["trust"] for p in taker.porch("peers") if p["name"] == "Ada"] == ["unknown"]
    wait("everybody to have it", lambda: handout(ada, number)["in_room"], 15)
    return want


def late_and_killed(ada, late, number, want):
    """Comes when the others have it, is killed in the middle, and comes back."""
    started, = late.porch("join", number, "--yes", "--detach")
    find = lambda: next(t for t in late.porch("transfers") if t["id"] == started["id"])  # noqa: E731
    wait("some of it", lambda: find()["bytes_done"] > SIZE // 5, 40)
    late.kill()
    wait("the giver to notice", lambda: states(ada, number)["Gita"] == "left", 40)
    left = next(r for r in handout(ada, number)["receivers"] if r["name"] == "Gita")
    assert 0 < left["bytes_done"] < SIZE, left
    print("ok   killed at %d %% and shown as left" % (100 * left["bytes_done"] // SIZE))
    late.start(name="Gita")
    wait("it goes on by itself", lambda: find()["state"] == "done", 60)
    assert read(late, find()["results"][0]) == want
    wait("the giver to know", lambda: states(ada, number)["Gita"] == "done", 20)
    print("ok   back, and it has it")


def again(ada, taker, number, want):
    os.unlink(taker.view(taker.home + "/Downloads/lesson.bin"))
    got, = taker.porch("join", number, "--yes")
    assert read(taker, got["results"][0]) == want
    print("ok   again, by whom it was deleted")


def wrong_numbers(ada, number, stranger):
    before = states(ada, number)
    for _ in range(5):
        r = stranger.porch("join", "%06d" % ((int(number) + 7) % 1000000), check=False)
        assert r.returncode == 1 and "Nobody here hands something out under this number." in r.stderr, r
    r = stranger.porch("join", number, "--yes", check=False)
    assert r.returncode == 1 and "Too many numbers were tried" in r.stderr, r
    assert states(ada, number) == before
    print("ok   five wrong numbers learn nothing, and then the right one finds nothing")


def main():
    with Lan(len(NAMES), "rate=40") as lan:
        ada, takers = room(lan)
        path = ada.home + "/lesson/lesson.bin"
        make(ada, ada.view(path), SIZE)
        number = ada.porch("handout", "open", path, "--title", "Lesson 5", "--detach")["number"]
        wait("the hand-out", lambda: handout(ada, number)["state"] == "open")
        film = ada.home + "/lesson/film.bin"
        make(ada, ada.view(film), LARGE)
        large = ada.porch("handout", "open", film, "--title", "Film", "--detach")["number"]
        wait("the film", lambda: handout(ada, large)["state"] == "open")
        all_at_once(lan, ada, takers, film, large)
        ada.porch("handout", "end", large)
        want = read(ada, path)
        takers[0].porch("join", number, "--yes")
        late_and_killed(ada, takers[5], number, want)
        again(ada, takers[0], number, want)
        ada.stop()
        ada.start(name="Ada")
        assert handout(ada, number)["state"] == "open" and len(states(ada, number)) == 2, handout(ada, number)
        time.sleep(2)       # the budget of being seen
        again_path = takers[0].home + "/Again"
        os.makedirs(takers[0].view(again_path))
        takers[0].own(takers[0].view(again_path))
        got, = takers[0].porch("join", number, "--yes", "--to", again_path)
        assert read(takers[0], got["results"][0]) == want
        print("ok   the giver was restarted, and the number holds")
        wrong_numbers(ada, number, takers[1])
        ada.porch("handout", "end", number)
        r = takers[2].porch("join", number, "--yes", check=False)
        assert r.returncode == 1 and "Nobody here hands something out under this number." in r.stderr, r
        print("ok   ended")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sits between a taker and a giver with the keys of both, so that each believes it talks to the other, and on SIGUSR1 flips one bit of
what the giver sends: the bad piece that TLS lets nobody else inject. SIGUSR2: those that have not happened yet do not any more.

tamper.py PORT GIVER-ADDRESS GIVER-PORT GIVER-KEY.PEM TAKER-KEY.PEM    prints "flipped" for each one"""
import random, signal, socket, ssl, struct, sys, threading

CHUNK = 64 << 10
flips = threading.Semaphore(0)


def forget(*_):
    while flips.acquire(blocking=False):
        pass


def context(key, server):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    if not server:
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    tls.load_cert_chain(key)
    return tls


def reset(connection):
    """What a refused connection looks like from afar: no farewell."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    connection.close()


def carry(source, sink, may_flip):
    try:
        while data := source.recv(CHUNK):
            # A message about the fetch is short; what fills the buffer is the content.
            if may_flip and len(data) > 8 << 10 and flips.acquire(blocking=False):
                data = bytearray(data)
                data[random.randrange(len(data))] ^= 1 << random.randrange(8)
                print("flipped", flush=True)
            sink.sendall(data)
    except (OSError, ssl.SSLError):
        pass
    for connection in (source, sink):
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(connection, giver, to_taker, to_giver):
    try:
        up = socket.create_connection(giver, 3)
    except OSError:
        reset(connection)
        return
    try:
        up = to_giver.wrap_socket(up)
        up.settimeout(None)
        connection = to_taker.wrap_socket(connection, server_side=True)
    except (OSError, ssl.SSLError):
        reset(connection), reset(up)
        return
    back = threading.Thread(target=carry, args=(connection, up, False), daemon=True)
    back.start()
    carry(up, connection, True)
    back.join()
    connection.close(), up.close()


def main():
    port, address, giver_port, giver_key, taker_key = sys.argv[1:]
    signal.signal(signal.SIGUSR1, lambda *_: flips.release())
    signal.signal(signal.SIGUSR2, forget)
    to_taker, to_giver = context(giver_key, True), context(taker_key, False)
    listener = socket.create_server(("", int(port)))
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, (address, int(giver_port)), to_taker, to_giver), daemon=True).start()


if __name__ == "__main__":
    main()

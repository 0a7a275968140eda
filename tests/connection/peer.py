"""The other end of a connection, in Python: CPython's own, and what its version 3.12 says to show its key.

    peer.py client|listener ADDRESS      messages without a key: each comes back, until the end
    peer.py client-key|listener-key ADDRESS KEY
"""

import hmac
import os
import sys
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener


def answer(challenge, key):
    return b"{sha256}" + hmac.new(key, challenge, "sha256").digest()


def deliver_challenge(line, key):
    challenge = b"{sha256}" + os.urandom(40)
    line.send_bytes(b"#CHALLENGE#" + challenge)
    if not hmac.compare_digest(line.recv_bytes(256), answer(challenge, key)):
        line.send_bytes(b"#FAILURE#")
        raise AuthenticationError("digest received was wrong")
    line.send_bytes(b"#WELCOME#")


def answer_challenge(line, key):
    message = line.recv_bytes(256)
    if not message.startswith(b"#CHALLENGE#{sha256}"):
        raise AuthenticationError("protocol error")
    line.send_bytes(answer(message[len(b"#CHALLENGE#") :], key))
    if line.recv_bytes(256) != b"#WELCOME#":
        raise AuthenticationError("digest sent was rejected")


def echo(line):
    while True:
        try:
            message = line.recv_bytes()
        except EOFError:
            return
        line.send_bytes(message)


def main():
    role, address, *key = sys.argv[1:]
    host, _, port = address.rpartition(":")
    if role.startswith("client"):
        line = Client((host, int(port)))
        steps = (answer_challenge, deliver_challenge)
    else:
        listener = Listener((host, int(port)))
        print(listener.address[1], flush=True)
        line = listener.accept()
        steps = (deliver_challenge, answer_challenge)
    try:
        if key:
            for step in steps:
                step(line, key[0].encode())
        echo(line)
    except AuthenticationError:
        sys.exit(3)


if __name__ == "__main__":
    main()

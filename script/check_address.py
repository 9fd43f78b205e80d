"""Say in one sentence why a server cannot listen on HOST PORT; silent and 0 when it can."""

import errno
import socket
import sys


def main(host: str, port: str) -> str:
    """Return the sentence, or an empty string."""
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        return f"PORT is {port!r}: give a number from 1 to 65535, as in PORT=8001 script/server."
    number = int(port)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen()
    except OSError as error:
        return reason(error, host, number)
    return ""


def reason(error: OSError, host: str, port: int) -> str:
    """Word the operating system's refusal with its remedy."""
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8001
        return (
            f"Port {port} is taken by another program on this machine: "
            f"stop it, or use another port with PORT={other} script/server"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is kept for root: use one from 1024 up, as in PORT=8001 script/server"
    return f"HOST is {host!r}, no address of this machine: use HOST=127.0.0.1 or leave it out."


if __name__ == "__main__":
    sentence = main(sys.argv[1], sys.argv[2])
    if sentence:
        sys.exit(sentence)

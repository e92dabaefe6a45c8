"""Servers on this machine that refuse, stop halfway, are silent, or that nobody should trust."""

import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path


def free_port():
    """Return a port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def server(reply=b"", certificate=None, proxy=b""):
    """Start a server that always gives this reply, or none, and return its HOST:PORT.

    `certificate` is an ssl context; `proxy` is what a proxy says before the rest.
    """
    listening, silent = socket.create_server(("127.0.0.1", 0)), []

    def serve():
        while True:
            connection, _ = listening.accept()
            silent.append(connection)  # it stays open
            try:
                if proxy:
                    connection.recv(65536)
                    connection.sendall(proxy)
                if certificate:
                    connection = certificate.wrap_socket(connection, server_side=True)
                if reply:
                    connection.recv(65536)
                    connection.sendall(reply)
                    connection.close()
            except OSError:  # the client does not trust the certificate, as it should
                connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{listening.getsockname()[1]}"


def nobody_signed(host):
    """Return a certificate for a host that nobody has signed."""
    file = Path(tempfile.mkdtemp()) / "both.pem"
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={host} -keyout"
    subprocess.run([*command.split(), file, "-out", file], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context

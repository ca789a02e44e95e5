"""Connections whose peer takes nothing: the application lets go of them, and then the system has to."""

import socket
import sys


def drop_unread(listener: socket.socket, seconds: float) -> None:
    """Let the system reset a connection of the listener's once what is sent waits for `seconds` to be taken.

    Closing a connection waits until the peer has taken everything: without this, for ever. Linux has it for each
    connection, which takes it over from the listener (tcp(7), TCP_USER_TIMEOUT); elsewhere nothing happens.
    """
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1000))

# SPDX-License-Identifier: GPL-2.0-or-later
"""A server of a test, in a thread."""
import contextlib
import socketserver
import threading


@contextlib.contextmanager
def serving(handler, **attributes):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as listener:
        listener.daemon_threads = True
        vars(listener).update(attributes)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield listener
        listener.shutdown()

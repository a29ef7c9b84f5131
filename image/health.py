"""The answer to a container's health check, where Prefect's own worker gives it: `GET /health` on port 8080."""

from __future__ import annotations

import http.server
import os
import socket
import threading
from collections.abc import Callable

#: How old the last sign of life may be. A network call blocks the supervisor for some seconds.
ALIVE_SECONDS = 60.0


class SharedServer(http.server.ThreadingHTTPServer):
    """In a rehearsal the tasks of a service share one network, and so one port."""

    daemon_threads = True

    def server_bind(self) -> None:
        if hasattr(socket, "SO_REUSEPORT"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()


def serve_health(silence_seconds: Callable[[], float]) -> None:
    """Serves it from a thread. A port that is taken is told, and the health check then fails as it should."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            silence = silence_seconds()
            alive = self.path == "/health" and silence < ALIVE_SECONDS
            self.send_response(200 if alive else 503)
            self.end_headers()
            self.wfile.write(f"last sign of life {silence:.0f} s ago\n".encode())

        def log_message(self, *_: object) -> None:
            pass

    host = os.environ.get("PREFECT_WORKER_WEBSERVER_HOST") or "0.0.0.0"
    port = int(os.environ.get("PREFECT_WORKER_WEBSERVER_PORT") or 8080)
    try:
        server = SharedServer((host, port), Handler)
    except OSError as error:
        print(f"The health check cannot be answered on {host}:{port}: {error}", flush=True)
        return
    threading.Thread(target=server.serve_forever, daemon=True, name="health").start()

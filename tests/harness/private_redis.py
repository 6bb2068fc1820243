"""A Redis of the test's own: a temporary directory, a free port of 127.0.0.1, gone at the end."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from private_postgres import free_port

EVERYTHING = """
local reads = {string = {'GET'}, hash = {'HGETALL'}, zset = {'ZRANGE', 0, -1}, set = {'SMEMBERS'}, list = {'LRANGE', 0, -1}}
local found = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local kind = redis.call('TYPE', key).ok
  if ARGV[1] == '' or ARGV[1] == kind then
    local value = redis.call(reads[kind][1], key, unpack(reads[kind], 2))
    table.insert(found, key .. ' ' .. (type(value) == 'table' and table.concat(value, ' ') or tostring(value)))
  end
end
return found
"""


class PrivateRedis:
    """A server that keeps nothing over a restart, unless told to. Use as a context manager."""

    def __init__(self, persistent: bool = False, settings: dict[str, str] | None = None, tls_files: tuple | None = None):
        """`tls_files`: a certificate, its key, and the roots of clients' certificates or None; then TLS alone is spoken."""
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="tabir-redis-"))
        self.host = "127.0.0.1"
        self.port = 0
        self.socket = self.directory / "redis.sock"
        self.process: subprocess.Popen | None = None
        self._settings = {"save": "", "appendonly": "yes" if persistent else "no", "appendfsync": "always",
                          "rdbcompression": "no", "daemonize": "no", "bind": "127.0.0.1", "dir": str(self.directory),
                          "unixsocket": str(self.socket), **(settings or {})}
        self._tls_files = tls_files

    def __enter__(self) -> "PrivateRedis":
        for _ in range(5):
            self.port = free_port()
            try:
                self.start()
                return self
            except RuntimeError:
                continue
        raise RuntimeError("Redis did not start:\n" + self.log_text())

    def __exit__(self, *_) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self) -> None:
        """At the same port as before. Returns when connections are accepted."""
        settings = {**self._settings, **self._port_settings()}
        words = [word for name, value in settings.items() for word in ("--" + name, value)]
        # setpriv: a test that is killed takes its server along.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "redis-server", *words],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        with open(self.directory / "log", "a") as log:
            for line in self.process.stdout:
                log.write(line)
                if "Ready to accept connections" in line:
                    # The rest goes where nobody waits for it.
                    self._drain = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL)
                    return
        self.process.wait()
        raise RuntimeError("Redis did not start:\n" + self.log_text())

    def _port_settings(self) -> dict[str, str]:
        if self._tls_files is None:
            return {"port": str(self.port)}
        certificate, key, clients = self._tls_files
        return {"port": "0", "tls-port": str(self.port), "tls-cert-file": str(certificate), "tls-key-file": str(key),
                "tls-ca-cert-file": str(clients or certificate), "tls-auth-clients": "yes" if clients else "no"}

    def kill(self) -> None:
        self.resume()
        self._signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self._drain.wait()

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        """It answers nobody any more, and takes connections: what a machine does that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self.process.poll() is None:
            os.kill(self.process.pid, number)

    def cli(self, *words: str, password: str = "") -> str:
        """What redis-cli prints, through the Unix socket."""
        log_in = ["-a", password, "--no-auth-warning"] if password else []
        done = subprocess.run(["redis-cli", "-s", self.socket, *log_in, *words], text=True, capture_output=True, timeout=60,
                              errors="surrogateescape")
        if done.returncode != 0:
            raise RuntimeError("redis-cli: " + done.stdout + done.stderr)
        return done.stdout.rstrip("\n")

    def everything(self, kind: str = "") -> str:
        """Every key there is, or those of one kind, and all that stands under it; of sorted sets the members alone."""
        return self.cli("EVAL", EVERYTHING, "0", kind)

    def log_text(self) -> str:
        return (self.directory / "log").read_text()

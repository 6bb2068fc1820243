"""A PostgreSQL 15 of the test's own: a temporary directory, a free port, gone at the end."""

import os
import pathlib
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
SUPERUSER = "postgres"
SUPERUSER_PASSWORD = "superuser-secret"


def free_port() -> int:
    """A port that was free a moment ago; callers try again when somebody was faster."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


class PrivatePostgres:
    """A server with SCRAM over TCP, trust over its Unix socket. Use as a context manager."""

    def __init__(self, settings: dict[str, str] | None = None, like: pathlib.Path | None = None):
        """`like`: a cluster that save_as() wrote; its contents instead of none."""
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="tabir-pg-"))
        self.host = "127.0.0.1"
        self.port = 0
        self._settings = settings or {}
        self._like = like

    def __enter__(self) -> "PrivatePostgres":
        self._take_care()
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", pwd.getpwnam("postgres").pw_gid)
        if self._like:
            self._copy(self._like, self.directory / "data")
        else:
            self._make_cluster()
        for _ in range(5):
            self.port = free_port()
            if self._start():
                return self
        raise RuntimeError("PostgreSQL did not start:\n" + (self.directory / "log").read_text())

    def _make_cluster(self) -> None:
        password_file = self.directory / "password"
        password_file.write_text(SUPERUSER_PASSWORD + "\n")
        if os.geteuid() == 0:
            shutil.chown(password_file, "postgres")
        self._run("initdb", "-D", str(self.directory / "data"), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8",
                  "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password_file}", "--no-sync")

    def save_as(self, path: pathlib.Path) -> None:
        """Ends the server, and keeps what it holds in the new folder `path`."""
        self._run("pg_ctl", "-D", str(self.directory / "data"), "-m", "fast", "-w", "stop")
        unfinished = path.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._copy(self.directory / "data", unfinished)
        unfinished.rename(path)

    @staticmethod
    def _copy(source: pathlib.Path, target: pathlib.Path) -> None:
        subprocess.run(["cp", "-a", source, target], check=True)

    def __exit__(self, *_) -> None:
        self._caretaker.stdin.close()
        self._caretaker.wait()

    def _take_care(self) -> None:
        """Starts what stops the server and removes its directory when nobody holds the pipe any more: also when the test
        was killed."""
        stop = shlex.join(_as_postgres([str(BIN / "pg_ctl"), "-D", str(self.directory / "data"), "-m", "immediate", "-w", "stop"]))
        self._caretaker = subprocess.Popen(
            ["sh", "-c", f"cat; {stop}; rm -rf {shlex.quote(str(self.directory))}"], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/")

    def _start(self) -> bool:
        settings = {"port": str(self.port), "listen_addresses": "127.0.0.1",
                    "unix_socket_directories": str(self.directory), "fsync": "off", "max_connections": "300",
                    **self._settings}
        with open(self.directory / "data" / "postgresql.auto.conf", "a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        started = subprocess.run(_as_postgres([str(BIN / "pg_ctl"), "-D", str(self.directory / "data"), "-w", "-l",
                                               str(self.directory / "log"), "start"]),
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        return started.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(_as_postgres([str(BIN / program), *arguments]), check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE, cwd="/")

    @property
    def pid(self) -> int:
        return int((self.directory / "data" / "postmaster.pid").read_text().splitlines()[0])

    def psql(self, sql: str, database: str = "postgres", variables: dict[str, str] | None = None) -> str:
        """Runs SQL as the superuser; the unaligned output without headers."""
        sets = [f"--set={name}={value}" for name, value in (variables or {}).items()]
        done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *sets, "-h", str(self.directory),
                               "-p", str(self.port), "-U", SUPERUSER, "-d", database],
                              input=sql, text=True, capture_output=True)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr}")
        return done.stdout.rstrip("\n")

    def load(self, path: pathlib.Path, database: str, variables: dict[str, str] | None = None) -> None:
        self.psql(path.read_text(), database, variables)

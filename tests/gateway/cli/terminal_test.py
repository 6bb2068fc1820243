"""`tabir user` as a person at a terminal, and a script, meet it."""

import os
import pathlib
import pty
import select
import signal
import subprocess
import termios
import time

import pytest

TABIR = pathlib.Path(os.environ["TABIR_BIN"]) / "tabir"


class Terminal:
    """A program with a terminal of its own."""

    def __init__(self, *command: str | pathlib.Path):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(command[0], [str(word) for word in command])
        self.shown = ""

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + 30
        while text not in self.shown:
            assert time.monotonic() < deadline and select.select([self.fd], [], [], 30)[0], self.shown
            self.shown += os.read(self.fd, 4096).decode()
        self.shown = self.shown.split(text, 1)[1]

    def type(self, text: str) -> None:
        # The program flushes what was typed before it turned the echo off.
        while termios.tcgetattr(self.fd)[3] & termios.ECHO:
            time.sleep(0.01)
        os.write(self.fd, text.encode())

    def end(self) -> int:
        everything = self.shown
        try:
            while True:
                assert select.select([self.fd], [], [], 30)[0], "still running, after: " + everything
                everything += os.read(self.fd, 4096).decode()
        except OSError:  # the other end is gone
            pass
        self.everything = everything
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture()
def users(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "users"


def test_asks_twice_and_shows_nothing(users: pathlib.Path) -> None:
    terminal = Terminal(TABIR, "user", "add", "agent7", "--users-file", users)
    for prompt in ("Password: ", "Once more: "):
        terminal.wait_for(prompt)
        terminal.type("hunter2\n")
    assert terminal.end() == 0
    assert "hunter2" not in terminal.everything
    assert '"agent7" "SCRAM-SHA-256$4096:' in users.read_text()


def test_refuses_two_passwords_that_differ(users: pathlib.Path) -> None:
    terminal = Terminal(TABIR, "user", "add", "agent7", "--users-file", users)
    terminal.wait_for("Password: ")
    terminal.type("one\n")
    terminal.wait_for("Once more: ")
    terminal.type("two\n")
    assert terminal.end() == 2
    assert "differ" in terminal.everything
    assert not users.exists()


def test_gives_the_echo_back_when_it_is_interrupted(users: pathlib.Path) -> None:
    terminal = Terminal(TABIR, "user", "add", "agent7", "--users-file", users)
    terminal.wait_for("Password: ")
    terminal.type("hal\x03")
    code = terminal.end()
    assert code == -signal.SIGINT
    assert termios.tcgetattr(terminal.fd)[3] & termios.ECHO
    assert not users.exists()


@pytest.mark.parametrize("typed", ["secret\n", "secret", "secret\nmore\n"])
def test_a_script_gives_one_line(users: pathlib.Path, typed: str) -> None:
    command = [TABIR, "user", "add", "agent7", "--users-file", users]
    subprocess.run(command, input=typed, text=True, check=True)
    assert "agent7" in users.read_text()


def test_a_script_that_gives_nothing_is_told_so(users: pathlib.Path) -> None:
    result = subprocess.run([TABIR, "user", "add", "agent7", "--users-file", users], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True)
    assert result.returncode == 2 and "no password" in result.stderr
    assert not users.exists()

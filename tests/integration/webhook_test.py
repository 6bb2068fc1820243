"""The webhook gets every event, signed, at least once and in order, and holds nobody up."""

import contextlib
import hashlib
import hmac
import http.server
import json
import queue
import ssl
import subprocess
import threading

import pytest

from certificates import make_certificate
from detecting import detecting_gateway, error_of, events, person
from gateway import tabir_binary

SECRET = "a secret of sixteen bytes or more"
CANARY = "SELECT city FROM customers WHERE id = 4711"


class Receiver(http.server.ThreadingHTTPServer):
    """Answers each request by the next of `answers`: a status, None to close without an answer, or an Event to wait for."""

    def __init__(self, *answers, tls: ssl.SSLContext | None = None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = list(answers)
        self.taken: queue.Queue = queue.Queue()
        self.tls = tls
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.05,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def url(self, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.server_port}/hook"

    def next(self) -> tuple[dict, dict, bytes]:
        return self.taken.get(timeout=60)

    def handle_error(self, request, client_address):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = self.server.answers.pop(0) if self.server.answers else 200
        self.server.taken.put((dict(self.headers), json.loads(body), body))
        if isinstance(answer, threading.Event):
            answer.wait(60)
            answer = 200
        if answer is None:
            self.close_connection = True
            return
        with contextlib.suppress(OSError):
            self.send_response(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *_):
        pass


def hooked(postgres, tmp_path, receiver, **more):
    (tmp_path / "secret").write_text(SECRET + "\n")
    hook = {"url": receiver.url(), "secret_file": str(tmp_path / "secret"), **more}
    return detecting_gateway(postgres, tmp_path / "frozen", events={"webhook": hook})


def look(gateway, name: str) -> None:
    with person(gateway, "canary", name) as connection:
        connection.execute(CANARY)


def delivered(gateway, result: str = "delivered") -> float:
    return gateway.metric("tabir_webhook_events_total", result=result)


def test_an_event_is_posted_signed(postgres, tmp_path):
    with Receiver() as receiver, hooked(postgres, tmp_path, receiver) as gateway:
        look(gateway, "agent7")
        headers, event, body = receiver.next()
        assert headers["Content-Type"] == "application/json"
        assert headers["X-Tabir-Signature"] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert event == events(gateway)[0]
        assert event["detector"] == "canaries" and event["person"] == "agent7" and event["subject"] == "4711"
        while delivered(gateway) < 1:
            pass


def test_what_fails_is_tried_again_in_order(postgres, tmp_path):
    with Receiver(500, None, 429, 200) as receiver, hooked(postgres, tmp_path, receiver) as gateway:
        look(gateway, "first")
        look(gateway, "second")
        got = [receiver.next()[1] for _ in range(5)]
        assert [event["person"] for event in got] == ["first"] * 4 + ["second"]
        assert len({event["id"] for event in got}) == 2
        while delivered(gateway) < 2:
            pass
        assert delivered(gateway, "failed") == 0


def test_what_is_refused_for_good_is_given_up(postgres, tmp_path):
    with Receiver(400, 500, 500, 200) as receiver, hooked(postgres, tmp_path, receiver, retries=1) as gateway:
        for name in ("hopeless", "unlucky", "third"):
            look(gateway, name)
        assert [receiver.next()[1]["person"] for _ in range(4)] == ["hopeless", "unlucky", "unlucky", "third"]
        while delivered(gateway) < 1:
            pass
        assert delivered(gateway, "failed") == 2
        assert "webhook_failed" in gateway.log_text()


def test_data_goes_on_while_the_receiver_hangs(postgres, tmp_path):
    held = threading.Event()
    with Receiver(held) as receiver, hooked(postgres, tmp_path, receiver, queue=2, timeout="60s") as gateway:
        look(gateway, "held")
        receiver.next()
        for name in ("a", "b", "c", "d"):
            look(gateway, name)
        assert delivered(gateway, "dropped") == 2 and delivered(gateway) == 0
        held.set()
        assert [receiver.next()[1]["person"] for _ in range(2)] == ["c", "d"]


def test_the_end_waits_for_no_receiver(postgres, tmp_path):
    held = threading.Event()
    with Receiver(held) as receiver, hooked(postgres, tmp_path, receiver, timeout="60s") as gateway:
        look(gateway, "held")
        look(gateway, "waiting")
        receiver.next()
        assert gateway.stop(30) == 0
        held.set()
        assert "webhook_failed" in gateway.log_text() and "webhook_dropped" in gateway.log_text()


def test_what_waits_at_the_end_is_sent(postgres, tmp_path):
    with Receiver(500) as receiver, hooked(postgres, tmp_path, receiver, retries=100) as gateway:
        look(gateway, "first")
        look(gateway, "second")
        receiver.next()
        assert gateway.stop(30) == 0
        assert [receiver.next()[1]["person"] for _ in range(2)] == ["first", "second"]


@pytest.mark.parametrize("roots, host, good", [
    ("own", "127.0.0.1", True), ("other", "127.0.0.1", False), ("own", "localhost", False)])
def test_https_takes_only_a_certificate_of_that_host_by_the_roots(postgres, tmp_path, roots, host, good):
    certificates = {name: make_certificate(tmp_path, name) for name in ("own", "other")}
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*certificates["own"])
    with Receiver(tls=tls) as receiver:
        hook = {"url": receiver.url(host), "ca_file": str(certificates[roots][0]), "retries": 0}
        with detecting_gateway(postgres, tmp_path / "frozen", events={"webhook": hook}) as gateway:
            look(gateway, "agent7")
            while delivered(gateway) + delivered(gateway, "failed") < 1:
                pass
            assert delivered(gateway) == good
            assert receiver.taken.empty() != good
            if good:
                assert "X-Tabir-Signature" not in receiver.next()[0]


@pytest.mark.parametrize("hook, words", [
    ({"url": "http://alerts.internal/hook"}, "events would go to another machine in clear"),
    ({"url": "http://127.0.0.1.evil.example/"}, "events would go to another machine in clear"),
    ({"url": "http://localhost@evil.example/"}, "'url' must be https://host:port/path"),
    ({"url": "file:///etc/passwd"}, "'url' must be https://host:port/path"),
    ({"url": "https://"}, "'url' must be https://host:port/path"),
    ({"secret_file": "s"}, "lacks 'url'"),
    ({"url": "https://alerts.internal/", "timeout": "2min"}, "'timeout' must be from 100ms to 1min"),
    ({"url": "https://alerts.internal/", "queue": 0}, "'queue'"),
])
def test_mistakes_in_the_configuration(postgres, tmp_path, hook, words):
    gateway = detecting_gateway(postgres, tmp_path / "frozen", events={"webhook": hook})
    checked = subprocess.run([tabir_binary(), "check", "--config", gateway.config], capture_output=True, text=True)
    assert checked.returncode == 2 and words in checked.stderr


def test_a_secret_that_is_too_short_is_no_start(postgres, tmp_path):
    with Receiver() as receiver:
        gateway = hooked(postgres, tmp_path, receiver)
        (tmp_path / "secret").write_text("short\n")
        ended = subprocess.run([tabir_binary(), "serve", "--config", gateway.config], capture_output=True, text=True)
        assert ended.returncode == 2 and "must hold one line of 16 to 4096 bytes" in ended.stderr


def test_a_frozen_person_is_told_of_at_once(postgres, tmp_path):
    with Receiver() as receiver, hooked(postgres, tmp_path, receiver) as gateway:
        with person(gateway, "canary_frozen", "agent7") as connection:
            assert error_of(connection, CANARY) == "42501"
        assert receiver.next()[1]["actions"] == "alert,refuse,freeze"

"""A gateway with detectors, and what they told."""

import contextlib
import datetime
import json
import pathlib

import psycopg

from gateway import Gateway

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ROLES = ["canary", "canary_refused", "canary_frozen", "walking", "walking_refused", "guessing", "guessing_refused", "crowd",
         "late", "late_refused"]


def policy() -> str:
    # Neither today nor tomorrow, should midnight pass meanwhile.
    day = DAYS[(datetime.datetime.now(datetime.timezone.utc).weekday() + 3) % 7]
    return (pathlib.Path(__file__).parent / "detectors_policy.yaml").read_text().replace("DAY", day)


def detecting_gateway(postgres, frozen: pathlib.Path, **more) -> Gateway:
    return Gateway(postgres, policy(), [*ROLES, "desk"], dict.fromkeys(ROLES, "tabir_reader"),
                   {"frozen_users_file": str(frozen), **more})


@contextlib.contextmanager
def person(gateway, login: str, name: str, **more):
    """A session in which `login` asks for `name`."""
    with psycopg.connect(gateway.dsn(login, options=f"-c tabir.user={name}"), autocommit=True, **more) as connection:
        yield connection


def events(gateway) -> list[dict]:
    lines = [json.loads(line) for line in gateway.log_text().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "security_event"]


def told(gateway, **fields) -> list[dict]:
    return [event for event in events(gateway) if fields.items() <= event.items()]


def error_of(connection, statement: str) -> str | None:
    """The SQLSTATE of what stops it."""
    try:
        cursor = connection.execute(statement)
        if cursor.description:
            cursor.fetchall()
    except psycopg.Error as error:
        return error.sqlstate
    return None

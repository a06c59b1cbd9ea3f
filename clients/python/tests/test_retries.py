"""What clients do when a service is away, in a hurry, or not understood."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ganglion import NoAnswer, NotFound, Problem, Unavailable, UnexpectedAnswer, Unreachable
from ganglion.exchange import backoff, urls_of

from .conftest import MakeClient
from .scripted import HANG_UP, Reply, scripted

PLAN = {"name": "one", "steps": [{"id": "read", "task_type": "read"}]}
OK = Reply(200, {"status": "ok"})
WORKFLOW = Reply(
    200,
    {
        "id": "wf_1",
        "name": "one",
        "status": "running",
        "revision": 1,
        "checkpoint_at": "2026-11-23T17:00:00.000Z",
        "created_at": "2026-11-23T17:00:00.000Z",
        "node": None,
        "takeovers": 0,
        "labels": {},
        "steps": [],
        "output": None,
    },
)
BUSY = Reply(503, {"type": "/problems/unavailable", "title": "Unavailable", "detail": "Not now."}, {"Retry-After": "0"})


def test_a_call_is_made_again_after_a_broken_connection_and_while_the_service_is_busy(make_client: MakeClient) -> None:
    with scripted(HANG_UP, BUSY, Reply(429, "slow down"), Reply(502, "<html>"), OK) as server:
        assert make_client(server.url).health().status == "ok"
        assert len(server.received) == 5


def test_a_workflow_is_started_again_under_the_same_key(make_client: MakeClient) -> None:
    with scripted(HANG_UP, BUSY, WORKFLOW, WORKFLOW) as server:
        client = make_client(server.url)
        client.start(PLAN)
        client.start(PLAN, idempotency_key="mine", traceparent="00-a-b-01")
        keys = [request.headers["Idempotency-Key"] for request in server.received]
        assert len({*keys[:3]}) == 1
        assert len(keys[0]) >= 32
        assert keys[3] == "mine"
        assert server.received[3].headers["traceparent"] == "00-a-b-01"
        assert server.received[0].body == PLAN


@pytest.mark.parametrize(
    "operation",
    [
        lambda client: client.cancel("wf_1"),
        lambda client: client.register("a", ["b"]),
        lambda client: client.progress("task_1", agent_id="a", attempt=1),
        lambda client: client.resolve("esc_1", "skip", by="a", reason="b"),
    ],
)
def test_what_must_not_be_done_twice_is_not_sent_again_when_its_effect_is_unknown(
    make_client: MakeClient, operation: Callable[[Any], Any]
) -> None:
    with scripted(HANG_UP, Reply(504, "")) as server:
        client = make_client(server.url)
        with pytest.raises(NoAnswer):
            operation(client)
        with pytest.raises(Problem) as raised:
            operation(client)
        assert raised.value.status == 504
        assert len(server.received) == 2


def test_but_it_is_when_the_service_says_that_it_did_nothing(make_client: MakeClient) -> None:
    with scripted(BUSY, WORKFLOW) as server:
        assert make_client(server.url).cancel("wf_1").id == "wf_1"
        assert len(server.received) == 2


def test_the_service_says_when_to_come_back(make_client: MakeClient) -> None:
    with scripted(Reply(503, "", {"Retry-After": "1"}), OK) as server:
        start = time.monotonic()
        make_client(server.url).health()
        assert time.monotonic() - start >= 1


def test_no_call_is_tried_for_longer_than_asked(make_client: MakeClient, unused_url: str) -> None:
    with scripted(Reply(503, "", {"Retry-After": "60"})) as server, pytest.raises(Unavailable) as raised:
        make_client(server.url).health()
    assert raised.value.retry_after == 60
    with pytest.raises(Unreachable):
        make_client(unused_url, retry_for=0).health()
    with pytest.raises(Unreachable):
        make_client(unused_url, retry_for=0.2).cancel("wf_1")


def test_another_server_is_asked_at_once_when_one_is_away_and_stays_the_first(
    make_client: MakeClient, unused_url: str
) -> None:
    # With Retry-After: nobody who has another server waits for it.
    busy = Reply(503, "", {"Retry-After": "60"})
    with scripted(busy) as first, scripted(OK, OK, HANG_UP) as second:
        client = make_client([unused_url, first.url, second.url])
        assert client.health().status == "ok"
        assert client.health().status == "ok"
        assert (len(first.received), len(second.received)) == (1, 2)
        first.replies.append(OK)
        assert client.health().status == "ok"
        assert (len(first.received), len(second.received)) == (2, 3)


def test_an_answer_that_does_not_come_in_time_is_no_answer(make_client: MakeClient) -> None:
    with listening() as url, pytest.raises(NoAnswer):
        make_client(url, timeout=0.1, retry_for=0).health()


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(200, "not JSON"), "Expecting value"),
        (Reply(200, []), "expected dict, found list"),
        (Reply(200, {"state": "ok"}), "the field 'status' is missing"),
        (Reply(200, {"status": 1}), "status: expected str, found int"),
    ],
)
def test_an_answer_that_is_not_as_the_contract_says_is_told(make_client: MakeClient, reply: Reply, reason: str) -> None:
    with scripted(reply) as server, pytest.raises(UnexpectedAnswer, match=reason):
        make_client(server.url).health()


def test_what_is_no_problem_document_is_a_problem_too(make_client: MakeClient) -> None:
    with scripted(Reply(404, "<html>no such page</html>"), Reply(418, ["odd"])) as server:
        client = make_client(server.url)
        with pytest.raises(NotFound) as raised:
            client.health()
        problem = raised.value
        assert (problem.type, problem.title, problem.errors) == ("about:blank", "Not Found", ())
        assert problem.detail == "<html>no such page</html>"
        assert problem.document == {"detail": "<html>no such page</html>"}
        with pytest.raises(Problem) as odd:
            client.health()
        assert type(odd.value) is Problem
        assert odd.value.status == 418


def test_what_newer_services_add_is_ignored(make_client: MakeClient) -> None:
    body = {**WORKFLOW.body, "mood": "good", "status": "dreaming"}
    with scripted(Reply(200, body)) as server:
        assert make_client(server.url).workflow("wf_1").status == "dreaming"


def test_headers_are_sent_with_every_request(make_client: MakeClient) -> None:
    with scripted(OK) as server:
        make_client(server.url, headers={"Authorization": "Bearer x"}).health()
        assert server.received[0].headers["Authorization"] == "Bearer x"


def test_a_client_finds_its_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANGLION_URL", raising=False)
    assert urls_of(None) == ("http://127.0.0.1:8080",)
    monkeypatch.setenv("GANGLION_URL", "http://a:1, https://b:2/")
    assert urls_of(None) == ("http://a:1", "https://b:2")
    assert urls_of("http://c") == ("http://c",)
    wrong_urls: list[str | list[str]] = ["localhost:8080", "", []]
    for wrong in wrong_urls:
        with pytest.raises(ValueError, match="URL of a service"):
            urls_of(wrong)


def test_pauses_grow_to_two_seconds_and_are_never_shorter_than_asked() -> None:
    assert [backoff(failures, None, 1.0) for failures in (1, 2, 3, 7, 1000)] == [0.05, 0.1, 0.2, 2.0, 2.0]
    assert backoff(1, None, 0.0) == 0.025
    assert 10 < backoff(1, 10, 0.5) <= 12.5
    assert backoff(9, 0, 1.0) <= 0.05


@contextmanager
def listening() -> Iterator[str]:
    """A server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"

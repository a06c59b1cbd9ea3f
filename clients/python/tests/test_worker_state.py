"""What a worker decides, as transcripts."""

from __future__ import annotations

import pytest

from ganglion import FinishedTask, NoAnswer, Problem, TaskError, TaskQuestion
from ganglion.worker_steps import Key

from .transcript import Transcript

AWAY = NoAnswer("gone")
ODD = TaskError("odd")


def problem(status: int, kind: str = "about:blank", retry_after: float | None = None) -> Problem:
    return Problem.of(status, {"type": kind, "detail": "no"}, retry_after=retry_after)


def test_registers_and_asks_for_as_many_tasks_as_it_has_slots() -> None:
    worker = Transcript(slots=2)
    assert worker.next() == ["1 register"]
    assert worker.next() == []
    worker.registered(1)
    assert worker.next() == ["2 take 2, wait"]
    worker.took(2, ["a"])
    assert worker.next() == ["start a#1", "4 take 1, wait, running a"]
    worker.took(4, ["b"])
    assert worker.next() == ["start b#1"]


def test_with_all_slots_taken_hands_in_and_takes_in_one_request() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a", "b"])
    worker.next()
    worker.ended("a")
    worker.ended("b", ODD)
    assert worker.next() == ["5 take 2, wait, finished a#1 b#1!odd"]


def test_while_a_poll_is_open_one_is_handed_in_at_once_and_what_ends_meanwhile_goes_together() -> None:
    worker = Transcript.polling(slots=8)
    worker.took(2, ["a", "b", "c"])
    assert worker.next() == ["start a#1", "start b#1", "start c#1", "6 take 5, wait, running a b c"]
    worker.ended("a")
    assert worker.next() == ["7 hand in a#1"]
    worker.ended("b")
    worker.ended("c")
    assert worker.next() == []
    worker.handed_in(7)
    assert worker.next() == ["8 take 0, finished b#1 c#1"]
    worker.took(8, accepted=["b", "c"])
    assert worker.next() == []


def test_a_task_that_is_given_again_is_not_begun_again() -> None:
    worker = Transcript.polling(slots=4)
    worker.took(2, ["a", "b"])
    worker.next()
    worker.ended("a")
    worker.next()
    worker.took(5, ["a", "b", "a#2"])
    assert worker.next() == ["start a#2", "8 take 1, wait, running b a a"]


def test_what_a_request_carried_that_was_not_answered_goes_again() -> None:
    worker = Transcript.polling(slots=1)
    worker.took(2, ["a"])
    worker.next()
    worker.ended("a")
    assert worker.next() == ["4 take 1, wait, finished a#1"]
    worker.failed(4, AWAY)
    assert worker.next() == []
    worker.wake()
    assert worker.next() == ["5 take 1, wait, finished a#1"]
    worker.failed(5, problem(503, retry_after=7))
    worker.now = 6.99
    assert worker.next() == []
    worker.wake()
    assert worker.now >= 7
    assert worker.next() == ["6 take 1, wait, finished a#1"]
    worker.took(6, refused=[("a", 503)])
    assert worker.next() == []
    worker.wake()
    assert worker.next() == ["7 take 1, wait, finished a#1"]
    worker.took(7, accepted=["a"])
    assert worker.next() == ["8 take 1, wait"]


def test_a_request_that_is_refused_whole_is_taken_apart() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a", "b"])
    worker.next()
    worker.ended("a")
    worker.ended("b")
    assert worker.next() == ["5 take 2, wait, finished a#1 b#1"]
    worker.failed(5, problem(413))
    assert worker.next() == ["6 hand in a#1"]
    worker.failed(6, problem(413))
    assert worker.next() == ["7 hand in b#1"]
    worker.handed_in(7)
    assert worker.next() == ["8 take 1, wait, running a", "9 hand in a#1!result_refused"]
    worker.failed(9, problem(409))
    assert worker.next() == ["discard a#1!result_refused"]


def test_a_question_that_is_not_taken_fails_the_attempt() -> None:
    worker = Transcript.polling(slots=1)
    worker.took(2, ["a"])
    worker.next()
    worker.state.ended(FinishedTask("a", 1, question=TaskQuestion("What?")))
    assert worker.next() == ["4 take 1, wait, finished a#1?"]
    worker.failed(4, problem(422))
    assert worker.next() == ["5 hand in a#1?"]
    worker.failed(5, problem(409, "/problems/too-many-questions"))
    assert worker.next() == ["6 hand in a#1!question_refused"]


def test_a_refusal_is_final() -> None:
    worker = Transcript.polling(slots=1)
    worker.took(2, ["a"])
    worker.next()
    worker.ended("a")
    worker.next()
    worker.took(4, refused=[("a", 409)])
    assert worker.next() == ["discard a#1", "5 take 1, wait"]


def test_stops_what_is_not_its_own_any_more_and_drops_what_it_gave() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a"])
    worker.next()
    worker.took(4, cancel=["a"])
    assert worker.next() == ["cancel a#1", "5 take 1, wait"]
    worker.ended("a")
    assert worker.next() == []
    worker.took(5, ["b"])
    assert worker.next() == ["start b#1", "7 take 1, wait, running b"]


def test_a_word_to_stop_from_before_an_attempt_began_does_not_stop_it() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a"])
    worker.next()
    worker.ended("a", ODD)
    worker.next()
    worker.handed_in(5)
    worker.took(4, ["a#2"], cancel=["a"])
    assert worker.next() == ["start a#2", "7 take 1, wait, running a"]
    worker.took(7, cancel=["a"])
    assert worker.next() == ["cancel a#2", "8 take 1, wait"]


def test_nor_does_one_that_a_request_of_before_that_time_brings_later() -> None:
    worker = Transcript.polling(slots=8)
    worker.took(2, ["a", "b", "c", "d"])
    assert worker.next()[-1] == "7 take 4, wait, running a b c d"
    worker.ended("b")
    worker.next()
    worker.ended("c")
    worker.ended("d")
    worker.handed_in(8)
    assert worker.next() == ["9 take 0, running a, finished c#1 d#1"]
    worker.took(7, ["a#2"], cancel=["a"])
    assert worker.next() == ["cancel a#1", "start a#2", "11 take 4, wait, running a c d"]
    worker.took(9, accepted=["c", "d"], cancel=["a"])
    assert worker.next() == []


def test_says_that_it_is_alive_while_no_take_is_under_way() -> None:
    worker = Transcript.polling(slots=1)
    worker.took(2, ["a"])
    worker.next()
    worker.now = 0.49
    assert worker.next() == []
    worker.wake()
    assert worker.now == 0.5
    assert worker.next() == ["4 heartbeat a"]
    worker.heard(4, cancel=["a"])
    assert worker.next() == ["cancel a#1"]


def test_a_lost_agent_stops_everything_and_registers_again() -> None:
    worker = Transcript.polling(slots=3)
    worker.took(2, ["a", "b"])
    worker.next()
    worker.ended("a")
    assert worker.next() == ["6 hand in a#1"]
    worker.failed(5, problem(410))
    assert worker.next() == ["cancel b#1", "abandon 6", "discard a#1", "7 register"]
    worker.ended("b")
    worker.registered(7)
    assert worker.next() == ["8 take 3, wait"]
    worker.failed(8, problem(404, "/problems/unknown-agent"))
    assert worker.next() == ["9 register"]


def test_an_agent_that_is_not_taken_as_it_is_ends_the_worker() -> None:
    worker = Transcript()
    worker.next()
    worker.failed(1, problem(503))
    worker.wake()
    assert worker.next() == ["2 register"]
    worker.failed(2, problem(422))
    assert worker.next() == []
    assert worker.state.is_over
    assert isinstance(worker.state.fatal_error, Problem)


def test_a_service_that_answers_too_soon_is_not_asked_without_a_pause() -> None:
    worker = Transcript.polling()
    worker.took(2)
    assert worker.next() == []
    worker.wake()
    assert worker.next() == ["3 take 1, wait"]
    worker.now += 20
    worker.took(3)
    assert worker.next() == ["4 take 1, wait"]


def test_stops_when_its_functions_have_ended() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a"])
    worker.next()
    worker.state.stop(worker.now, grace=20)
    assert worker.next() == ["abandon 4"]
    worker.took(4, ["b"])
    assert worker.next() == []
    worker.ended("a")
    assert worker.next() == ["5 hand in a#1"]
    worker.failed(5, AWAY)
    assert worker.next() == []
    worker.wake()
    assert worker.next() == ["6 hand in a#1"]
    worker.handed_in(6)
    assert worker.next() == ["7 deregister"]
    worker.failed(7, AWAY)
    assert worker.next() == []
    assert worker.state.is_over


@pytest.mark.parametrize("is_hurried", [False, True])
def test_cancels_its_functions_when_their_time_is_over_and_leaves_those_that_do_not_end(is_hurried: bool) -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a", "b"])
    worker.next()
    worker.state.stop(worker.now, grace=20)
    if is_hurried:
        worker.state.stop(worker.now, grace=0)
    else:
        worker.now = 20
    # What the agent holds is said until the end.
    assert [line for line in worker.next() if "heartbeat" not in line] == ["cancel a#1", "cancel b#1"]
    # It was told to: its next attempt is another agent's.
    worker.ended("a", ODD)
    assert [line for line in worker.next() if "heartbeat" not in line] == []
    worker.now += 2
    assert "leave b#1" in worker.next()


def test_what_is_left_at_the_end_is_tried_once_more_and_given_up() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a"])
    worker.next()
    worker.ended("a")
    worker.next()
    worker.failed(5, AWAY)
    worker.state.stop(worker.now, grace=0)
    assert worker.next() == ["abandon 4", "6 hand in a#1"]
    worker.failed(6, AWAY)
    assert worker.next() == ["discard a#1", "7 deregister"]


def test_a_note_goes_to_its_function_once_and_is_acknowledged_as_often_as_it_is_told() -> None:
    worker = Transcript.polling(slots=1)
    worker.took(2, ["a"])
    worker.next()
    worker.wake()
    assert worker.next() == ["4 heartbeat a"]
    worker.heard(4, notes=[("a", 1), ("a", 2), ("b", 1)])
    assert worker.next() == ["guide a#1: 1", "guide a#1: 2"]
    worker.wake()
    assert worker.next() == ["5 heartbeat a acknowledged a#1:1 a#1:2"]
    worker.heard(5, notes=[("a", 2)])
    worker.ended("a")
    assert worker.next() == ["6 take 1, wait, finished a#1, acknowledged a#1:2"]


def test_a_worker_that_is_drained_leaves_when_its_functions_have_ended_however_long_they_take() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a"])
    assert worker.next() == ["start a#1", "4 take 1, wait, running a"]
    worker.took(4, drain=True)
    assert worker.next() == ["drain"]
    worker.now = 600.0
    assert worker.next() == ["5 heartbeat a"]
    worker.heard(5)
    worker.ended("a")
    assert worker.next() == ["6 hand in a#1"]
    worker.handed_in(6)
    assert worker.next() == ["7 deregister"]


def test_a_task_that_has_to_be_heard_of_is_named_while_a_poll_is_open() -> None:
    worker = Transcript.polling(slots=2)
    worker.now = 100.0
    worker.took(2, ["a"], timeout=0.9)
    assert worker.next() == ["start a#1", "4 take 1, wait, running a", "5 heartbeat a"]
    worker.heard(5)
    worker.wake()
    assert worker.now == pytest.approx(100.3)
    assert worker.next() == ["6 heartbeat a"]


def test_what_a_function_says_of_its_task_goes_with_heartbeats_at_the_usual_interval() -> None:
    worker = Transcript.polling(slots=2)
    worker.took(2, ["a"], timeout=0.3)
    worker.next()
    worker.state.told(Key("a", 1), "page 1")
    worker.now = 10.0
    assert worker.next() == ["5 heartbeat a=page 1"]
    worker.heard(5)
    worker.wake()
    assert worker.now == pytest.approx(10.1)
    assert worker.next() == ["6 heartbeat a"]

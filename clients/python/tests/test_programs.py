"""Agents as programs of their own: what README.md says, and signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ganglion import Client

from .plans import plan
from .service import LIMIT, ROOT, Service

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"(<!-- pasted by a test -->\n)?```python\n(.*?)```", README, re.DOTALL)


@contextmanager
def program(text: str, service: Service) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-u", "-W", "default", "-c", text],
        env={**os.environ, "GANGLION_URL": service.url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_the_agent_in_the_readme_runs_as_pasted(client: Client, service: Service) -> None:
    (agent,) = (text for is_pasted, text in BLOCKS if is_pasted)
    assert len([line for line in agent.splitlines() if line]) < 10
    with program(agent, service) as process:
        steps = [{"id": "count", "task_type": "count", "payload": {"text": "${input}"}}]
        assert client.run({"name": "readme", "input": "one two three", "steps": steps}) == {"count": {"words": 3}}
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=LIMIT)
    assert (process.returncode, output) == (0, "")


def test_the_agent_in_the_repositorys_readme_runs_as_pasted(client: Client, service: Service) -> None:
    (agent,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    with program(agent.replace("http://localhost:8080", service.url), service):
        steps = [{"id": "kind", "task_type": "classify", "payload": {"text": "an agreement"}}]
        assert client.run({"name": "readme", "steps": steps}) == {"kind": {"kind": "contract"}}


def test_the_client_in_the_readme_runs_as_pasted(service: Service) -> None:
    agent, _, example = (text for _, text in BLOCKS[:3])
    with program(agent, service), program(example.replace("http://127.0.0.1:8080", service.url), service) as process:
        output, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, output
    lines = output.splitlines()
    assert lines[:2] == ["6", "completed [{'words': 6}]"]
    assert lines[2].endswith("workflow_started None")
    assert lines[-1].startswith("/steps/0 ")


def test_every_block_of_the_readme_compiles() -> None:
    assert len(BLOCKS) == 9
    for _, text in BLOCKS:
        compile(text, "README.md", "exec")


AGENT = """
    import asyncio, sys, threading
    from ganglion import Agent, Task, Worker

    agent = Agent("signalled", slots=2)

    @agent.task("{type}")
    async def work(task: Task) -> str:
        print("begun", flush=True)
        if task.payload["input"] == "forever":
            try:
                await asyncio.Event().wait()
            finally:
                print("cancelled", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        return "done"

    Worker(agent, grace=60).run()
    print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_functions_end_and_a_second_one_cancels_them(
    client: Client, service: Service, unique: Callable[[str], str], number: signal.Signals
) -> None:
    task_type = unique("signal")
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(AGENT.format(type=task_type))],
        env={**os.environ, "GANGLION_URL": service.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            good = client.start({**plan(task_type), "input": "good"})
            assert process.stdout.readline() == "begun\n"
            forever = client.start({**plan(task_type), "input": "forever"})
            assert process.stdout.readline() == "begun\n"
            process.send_signal(number)
            process.stdin.write("\n")
            process.stdin.flush()
            ended = client.wait_for_end(good.id, timeout=LIMIT)
            assert ended.output == {"s0": "done"}
            process.send_signal(number)
            output, _ = process.communicate(timeout=LIMIT)
            assert output == "cancelled\nended\n"
            assert process.returncode == 0
        finally:
            process.kill()
    failed = [event for event in client.history(forever.id) if event.error]
    assert [event.error.code for event in failed if event.error] == ["agent_lost"]

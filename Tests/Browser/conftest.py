"""One cluster and one browser for all tests; a page of its own, watched for errors, for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from agents import Agent
from cluster import Cluster
from playwright.sync_api import Browser, Page, expect, sync_playwright

BROWSER = os.environ.get("GANGLION_BROWSER") or shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes and two agents."""
    cluster = Cluster(Path(tmp_path_factory.mktemp("cluster")))
    urls = [node.url for node in cluster.nodes]
    agents = [Agent(urls, "ada", ["read", "ask"], slots=4), Agent(urls, "grace", ["read", "write"])]
    yield cluster
    for agent in agents:
        agent.stop()
    cluster.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Containers run as root, where Chromium's own sandbox cannot be had.
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        expect.set_options(timeout=10_000)
        yield browser
        browser.close()


class Watched:
    """A page, with everything that its console complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("console", lambda message: message.type in ("error", "warning") and self.complaints.append(message.text))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    """Fails the test if the page complained: of an error, or of something its policy forbids."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    watched = Watched(context.new_page())
    yield watched
    context.close()
    assert watched.complaints == []


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page

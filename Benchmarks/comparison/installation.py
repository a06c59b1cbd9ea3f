"""Gets what is measured: Debian packages, a venv, and builds, each said before it is done."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .progress import say

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "Benchmarks"
FOLDER = ROOT / ".build-benchmarks"


class Unavailable(Exception):
    """Something that cannot be had on this machine, and why."""


def run(what: str, arguments: list, log: str, **options) -> None:
    """Runs an installing command with its output in a file of the folder."""
    say(what)
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / log
    with open(path, "wb") as output:
        result = subprocess.run(
            [str(argument) for argument in arguments], stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, **options)
    if result.returncode != 0:
        lines = path.read_text(errors="replace").split("\n")
        word = next((line.strip() for line in reversed(lines) if "error" in line.lower()), "see the log")
        raise Unavailable(f"{arguments[0]} failed: {word[:100]} ({path.relative_to(ROOT)})")


def once(function):
    """Remembers what a function gave, a failure as well: nothing is tried twice in one run."""
    @functools.wraps(function)
    def remembered(*arguments):
        if arguments not in outcomes:
            try:
                outcomes[arguments] = function(*arguments), None
            except Unavailable as reason:
                outcomes[arguments] = None, reason
        value, reason = outcomes[arguments]
        if reason is not None:
            raise reason
        return value

    outcomes: dict = {}
    return remembered


@once
def system_program(name: str, package: str) -> str:
    """The path of a program, which is installed with apt if it is missing."""
    if found := shutil.which(name):
        return found
    administer = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get"):
        raise Unavailable(f"{name} is missing, and there is no apt-get to install it with")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    run("updates apt's lists", administer + ["apt-get", "update"], "apt.log", env=environment)
    install = administer + ["apt-get", "install", "-y", "--no-install-recommends", package]
    run(f"installs Debian's package {package} on this system", install, f"apt-{package}.log", env=environment)
    if found := shutil.which(name):
        return found
    raise Unavailable(f"the package {package} brought no {name}")


@once
def python() -> str:
    """The interpreter of a venv that has what the Python peers need."""
    requirements = BENCHMARKS / "peers" / "requirements.txt"
    venv = FOLDER / "venv"
    interpreter = venv / "bin" / "python"
    stamp = venv / "requirements.txt"
    if stamp.exists() and stamp.read_text() == requirements.read_text():
        return str(interpreter)
    run(f"makes a Python venv in {venv.relative_to(ROOT)}", [sys.executable, "-m", "venv", "--clear", venv], "venv.log")
    names = ", ".join(requirements.read_text().split())
    run(f"installs {names} into it with pip", [interpreter, "-m", "pip", "install", "-r", requirements], "pip.log")
    stamp.write_text(requirements.read_text())
    return str(interpreter)


@once
def swift_program(product: str, package: str = "") -> str:
    """The path of a program that is built in release mode, from Ganglion's package or from one in Benchmarks."""
    if not shutil.which("swift"):
        raise Unavailable("no swift on the PATH: https://www.swift.org/install/linux/")
    path = BENCHMARKS / package if package else ROOT
    scratch = FOLDER / (package.lower() or "ganglion")
    if not package:
        install = ROOT / "deploy" / "dependencies"
        run("installs what Ganglion builds with, where it is missing", [install], "dependencies.log")
    build = ["swift", "build", "--package-path", path, "--scratch-path", scratch, "-c", "release", "--product", product]
    first = "" if scratch.exists() else "; the first time takes minutes"
    run(f"builds {product} in {scratch.relative_to(ROOT)}{first}", build, f"build-{product}.log")
    return str(scratch / "release" / product)

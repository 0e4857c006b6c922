"""A pytest plugin (`-p tests.no_skips`): a run in which anything was skipped, or expected to fail, fails.

For continuous integration, where a green run must mean that everything ran.
"""

from __future__ import annotations

import pytest

UNRUN = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing unrun."""
    config.stash[UNRUN] = []
    config.pluginmanager.register(Watch(config.stash[UNRUN]), "no-skips-watch")


class Watch:
    """Notes every skip, of one test or of a whole file."""

    def __init__(self, unrun: list[str]) -> None:
        self.unrun = unrun

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that did not run to its end."""
        if report.skipped:
            self.unrun.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that skipped itself while it was read."""
        if report.skipped:
            self.unrun.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a green run with skips red; leave every other verdict alone."""
    if session.config.stash[UNRUN] and exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was not run."""
    for nodeid in config.stash[UNRUN]:
        terminalreporter.write_line(f"not run, and here that is a failure: {nodeid}", red=True)

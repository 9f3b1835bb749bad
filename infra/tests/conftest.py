"""The one slow thing of these tests, started before the first of them.

Applying to moto is mostly waiting: the provider watches a bucket's lifecycle rules for almost a minute until they are
stable. The other tests run meanwhile.
"""

from collections.abc import Iterator

import pytest
from applied import Applied, start_applying
from terraform import reason_to_skip

APPLYING = pytest.StashKey[Applied]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=needs_the_apply)


def pytest_collection_finish(session: pytest.Session) -> None:
    wanted = any(map(needs_the_apply, session.items))
    if wanted and not session.config.option.collectonly and reason_to_skip() is None:
        session.config.stash[APPLYING] = start_applying()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if APPLYING in session.config.stash:
        session.config.stash[APPLYING].stop()


def needs_the_apply(item: pytest.Item) -> bool:
    return "applied" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def applied(request: pytest.FixtureRequest) -> Iterator[Applied]:
    """The whole configuration, applied to a local server that answers as AWS does."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    applying = request.config.stash[APPLYING]
    applying.wait()
    yield applying

"""The page that is read, and what a reader sees of it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = Path(__file__).resolve().parent.parent / "app.py"


def texts(page: AppTest) -> str:
    """Everything written on the page in running text."""
    return "\n".join(element.value for element in [*page.markdown, *page.caption])


def metrics(page: AppTest) -> dict[str, str]:
    """The large numbers, by what they are called."""
    return {metric.label: metric.value for metric in page.metric}

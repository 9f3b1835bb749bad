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


def address(page: AppTest) -> dict[str, list[str]]:
    """What the page's address says."""
    return {key: said if isinstance(said, list) else [said] for key, said in page.query_params.items()}

"""A small HTTP server on loopback that answers as the API does, with documents made up by hand."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

import stub_documents as documents
from stub_journeys import journeys
from stub_watch import watch

Answer = tuple[int, dict[str, Any]]


class StubApi(ThreadingHTTPServer):
    """Remembers what it was asked. `source` is what its feed is said to be; `model_up`, whether its model answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.source = "live"
        self.model_up = True
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.forms: list[dict[str, Any]] = []
        self.spoken: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "StubApi":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def queries(self, path: str) -> list[dict[str, str]]:
        """Every query that a path was asked with."""
        return [query for asked, query in self.asked if asked == path]

    def answer(self, path: str, query: dict[str, str], lang: str) -> Answer:
        self.asked.append((path, query))
        self.spoken.append(lang)
        match path.strip("/").split("/"):
            case ["v1", "stations"]:
                return 200, documents.stations(self.source)
            case ["v1", "stations", name, "forecast"]:
                return self.forecast(name)
            case ["predict", name]:
                return self.predict(name)
            case ["v1", "geocode"]:
                return 200, documents.places(query["q"])
            case ["v1", "journeys"]:
                return self.journeys(query, lang)
        return problem(404, f"there is nothing at {path}")

    def forecast(self, name: str) -> Answer:
        station = documents.find(name)
        if station is None or station["code"] == "20001":
            return problem(404, f'no station has the code or id "{name}": /stations lists them all')
        return 200, documents.forecast(station, self.source, model_up=self.model_up)

    def predict(self, name: str) -> Answer:
        if not self.model_up:
            return problem(503, "the model service refused the connection")
        return 200, documents.past_day(documents.find(name), self.source)

    def journeys(self, query: dict[str, str], lang: str) -> Answer:
        if query["to"].startswith("45."):
            return problem(422, "to is outside the service area: the nearest station is 423.0 km away")
        return 200, journeys(self.source, lang, found=query["bike"] != "ebike")

    def watch(self, form: dict[str, Any], lang: str) -> Answer:
        self.forms.append(form)
        self.spoken.append(lang)
        for wanted in form["stations"]:
            if documents.find(wanted["station"]) is None:
                return problem(
                    404,
                    f'no station has the code or id "{wanted["station"]}": /stations lists them all',
                    hint="use a station_id or a code of /v1/stations",
                )
        return 200, watch(self.source, form, model_up=self.model_up)


class Handler(BaseHTTPRequestHandler):
    """One GET, or the one POST there is."""

    server: StubApi

    def do_GET(self) -> None:
        asked = urlparse(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        self.reply(*self.server.answer(unquote(asked.path), query, self.headers["Accept-Language"]))

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(*self.server.watch(json.loads(sent), self.headers["Accept-Language"]))

    def reply(self, code: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json" if code == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


def problem(code: int, detail: str, **more: str) -> Answer:
    return code, {"type": "/problems/of-the-stub", "title": "a problem", "status": code, "detail": detail} | more

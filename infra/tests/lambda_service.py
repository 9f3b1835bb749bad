"""Lambda on this machine: the two interfaces of the service around one real program.

Callers invoke by the service's API, and the program asks for work by the runtime's API, as it does on AWS. Several
copies of the program run, one invocation at a time each. So many invocations as `refusals` says are refused first, as
a busy account does.
"""

import json
import queue
import subprocess
import uuid
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Self

INVOKE = "/2015-03-31/functions/"
RUNTIME = "/2018-06-01/runtime/invocation/"
TIMEOUT_SECONDS = 120


class LambdaService(ThreadingHTTPServer):
    """Serves until left; `events` are those that reached the program, in order."""

    daemon_threads = True

    def __init__(self, program: Path, copies: int, environment: dict[str, str]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.refusals = 0
        self.events: list[dict] = []
        self.waiting: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.answers: dict[str, Future[tuple[bytes, bool]]] = {}
        runtime = {
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.server_port}",
            "AWS_LAMBDA_FUNCTION_NAME": program.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_STREAM_NAME": "here",
            "AWS_LAMBDA_LOG_GROUP_NAME": "here",
        }
        self.command, self.copies, self.environment = [program], copies, environment | runtime
        self.programs: list[subprocess.Popen] = []

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, daemon=True).start()
        for _ in range(self.copies):
            self.programs.append(subprocess.Popen(self.command, env=self.environment, stdout=subprocess.DEVNULL))
        return self

    def __exit__(self, *_: object) -> None:
        for program in self.programs:
            program.kill()
            program.wait()
        self.shutdown()
        self.server_close()

    def invoke(self, event: bytes) -> tuple[bytes, bool]:
        """The program's answer, and whether it is an error."""
        request = str(uuid.uuid4())
        answer = self.answers[request] = Future()
        self.events.append(json.loads(event))
        self.waiting.put((request, event))
        return answer.result(TIMEOUT_SECONDS)


class Handler(BaseHTTPRequestHandler):
    """One request of a caller or of the program."""

    protocol_version = "HTTP/1.1"
    server: LambdaService

    def do_GET(self) -> None:
        request, event = self.server.waiting.get()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request,
            "Lambda-Runtime-Deadline-Ms": "4102444800000",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-3:123456789012:function:here",
        }
        self.reply(200, event, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith(RUNTIME):
            request, verdict = self.path.removeprefix(RUNTIME).split("/")
            self.server.answers.pop(request).set_result((body, verdict == "error"))
            return self.reply(202, b"{}")
        assert self.path.startswith(INVOKE), self.path
        if self.server.refusals > 0:
            self.server.refusals -= 1
            refused = {"X-Amzn-Errortype": "TooManyRequestsException"}
            return self.reply(429, b'{"Type": "User", "message": "Rate Exceeded."}', refused)
        answer, failed = self.server.invoke(body)
        return self.reply(200, answer, {"X-Amz-Function-Error": "Unhandled"} if failed else {})

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

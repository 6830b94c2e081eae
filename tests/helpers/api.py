"""Users of the API, for helpers in Python: Caller(url, user).call(...)."""
import http.client
import json
import time
import urllib.parse

PATIENCE_S = 180


class Caller:
    """user: {"id", "token"}.  One connection, so one thread."""

    def __init__(self, url, user):
        self.host = urllib.parse.urlsplit(url).netloc
        self.http = http.client.HTTPConnection(self.host, timeout=PATIENCE_S)
        self.id, self.token = user["id"], user["token"]

    def call(self, method, path, body=None):
        """The status, and the JSON of the answer."""
        headers = {"Authorization": "Bearer " + self.token}
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        self.http.request(method, path, data, headers)
        answer = self.http.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def must(self, method, path, body=None):
        """The same of what succeeds: the JSON alone."""
        status, got = self.call(method, path, body)
        if status >= 300:
            raise SystemExit(f"{method} {path} {body}: {status} {got}")
        return got

    def inbox(self, after=0):
        events = []
        while True:
            page = self.must("GET", f"/v1/inbox?after={after}&limit=200")
            events += page["events"]
            after = page["user_index"]
            if not page["more"]:
                return events

    def chat(self, conv):
        """The item of the list; None: not listed."""
        items = self.must("GET", "/v1/conversations?limit=200")["items"]
        return next((i for i in items
                     if i["conversation"]["conv_id"] == conv), None)


def wait_for(check):
    end = time.monotonic() + PATIENCE_S
    while not check():
        if time.monotonic() > end:
            raise SystemExit("nothing has come")
        time.sleep(0.05)

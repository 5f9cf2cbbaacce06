"""Runs every example request of the document again, in a fresh sandbox: each must answer its success status.

A request is an operation's path with the parameters and the body that the document prints. A parameter without an
example is the id of a record: first the one in the example of the list that has such records, then those that the list
has in this sandbox; any record will do that the example fits. Each call is made as one of the roles that the operation
names. What needs a record that another example makes is tried again after that one. What is refused today is tried on
the day of the examples: some are about a term or a deadline of that day.
"""

import datetime
import http.client
import itertools
import json
import time
import urllib.parse
import uuid

OK, NO_RECORD = "ok", "no record for it"
# So many records are tried, and so many of each list.
TRIES, LISTED = 60, 20
DAY = "2026-03-02"
# Lists with another address than the path of their records: where each is, its member, and where an item has the id.
LISTS = {
    "/v1/students": [
        ("/v1/cases", "items", "/student/id"),
        ("/v1/referrals", "items", "/student/id"),
        ("/v1/students/{example}/merges", "items", "/fromStudentId"),
    ],
    "/v1/students/{id}/siblings": [("/v1/students/{id}/siblings", "items", "/student/id")],
    "/v1/cases/{id}/meetings": [("/v1/cases/{id}/timeline?kind=meeting", "items", "/id")],
    "/v1/bulletins/{id}/documents": [("/v1/bulletins/{id}", "documents", "/id")],
    "/v1/performance-reviews/{id}/documents": [("/v1/performance-reviews/{id}", "documents", "/id")],
    "/v1/submissions/{id}/documents": [("/v1/submissions/{id}", "documents", "/id")],
}
# What is done before a request that uses up its record, or finds none: another example, or a call as somebody.
BEFORE = {
    "getProtectedAddressReader": "nameProtectedAddressReader",
    "getSibling": "declareSibling",
    "cancelJob": "orderMeasureExport",
    "getEnrolmentClaim": ("sms-client", "/v1/enrolments", "9002"),
    "agreeToEnrolmentClaim": ("sms-client", "/v1/enrolments", "9002"),
    "opposeEnrolmentClaim": ("sms-client", "/v1/enrolments", "9003"),
}
# Another school's word that the student of the examples is theirs.
CLAIM = {"said": "enrolled", "nsn": "0000000017", "birthDate": "2013-05-06"}
# Members of a body that are the id of a record, like those in a path: the sandbox has no student with that id.
IDS_IN_BODIES = {"declareSibling": ("siblingId", "/v1/students")}
MACHINES = {"sms-client", "reporting-client", "enrolment-register"}
BOUNDARY = "part-of-an-example"


class Examples:
    def __init__(self, document, port, token):
        self.paths, self.port, self.token = document["paths"], port, token
        self.tokens, self.lists = {}, {}
        # The requests that succeed on the day of the examples alone.
        self.on_their_day = []

    def failing(self, log):
        """How many requests there are, and the ones that fail, each in a line."""
        left, answers = self.operations(), {}
        while left:
            tried, left = left, []
            for path, method, operation in tried:
                name = operation["operationId"]
                answers[name] = self.run(path, method, operation, again=name in answers)
                log.write(f"{method.upper()} {path}: {answers[name]}\n")
                log.flush()
                if answers[name] != OK:
                    left.append((path, method, operation))
            if len(left) == len(tried):
                break
            # Jobs are done behind the calls.
            time.sleep(2)
        return len(answers), [f"{name}: {answer}" for name, answer in answers.items() if answer != OK]

    def operations(self):
        """Those that read first: the others change what they find."""
        each = [(path, method, operation) for path, item in self.paths.items() for method, operation in item.items()]
        return sorted(each, key=lambda operation: operation[1] != "get")

    def run(self, path, method, operation, again=False):
        """`ok`, or the refusal that tells most: a fault of the request, else a rule of a record, else one out of reach."""
        if again:
            self.prepare(operation["operationId"])
        successes = {int(status) for status in operation["responses"] if status.startswith("2")}
        refusals = []
        requests = ((place, role) for role in operation["x-roles"] for place in self.places(path, role, operation))
        for place, role in itertools.islice(requests, TRIES):
            for day in (None, DAY):
                status, answer = self.call(method, place, role, operation, day)
                if status in successes:
                    if method != "get":
                        self.lists.clear()
                    if day:
                        self.on_their_day.append(operation["operationId"])
                    return OK
                rank = {400: 0, 422: 0, 403: 2, 404: 3}.get(status, 1)
                refusals.append((rank, f"{status} {refusal(answer)} ({role}, {place})"))
                if status != 422:
                    break
        rank, told = min(refusals, key=lambda refused: refused[0], default=(3, ""))
        return NO_RECORD if rank == 3 and "{" in path else told

    def prepare(self, name):
        before = BEFORE.get(name)
        if isinstance(before, str):
            path, method, operation = next(each for each in self.operations() if each[2]["operationId"] == before)
            self.run(path, method, operation)
        elif before:
            role, address, school = before
            body = {"statements": [CLAIM | {"schoolNumber": school, "firstDay": str(datetime.date.today())}]}
            headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
            self.request("POST", address, role, headers, json.dumps(body).encode())
            self.lists.clear()

    def places(self, path, role, operation):
        """The paths with ids of records that the role sees."""
        parameters = {named["name"]: named for named in operation.get("parameters", []) if named["in"] == "path"}
        places = [""]
        for segment in path.split("/")[1:]:
            if not segment.startswith("{"):
                places = map(lambda place, tail=segment: f"{place}/{tail}", places)
                continue
            example = parameters[segment[1:-1]].get("example")
            if example is not None:
                places = map(lambda place, tail=example: f"{place}/{tail}", places)
            else:
                places = self.with_ids(places, role)
        return places

    def with_ids(self, places, role):
        for place in places:
            for identifier in self.ids(place, role):
                yield f"{place}/{identifier}"

    def ids(self, place, role):
        """The example's record first, then those of the sandbox."""
        parts = place.split("/")
        template = "/".join("{id}" if is_id(part) else part for part in parts)
        known, found = [], []
        for address, member, pointer in LISTS.get(template, [(template, "items", "/id")]):
            named = self.example(address.partition("?")[0]).get(member, [])
            known += [at(item, pointer) for item in named]
            address = address.replace("{id}", parts[3] if len(parts) > 3 else "")
            address = address.replace("{example}", str(next(iter(known), "")))
            found += [at(item, pointer) for item in self.listed(address, role).get(member, [])[:LISTED]]
        return [identifier for identifier in dict.fromkeys(known + found) if identifier]

    def example(self, path):
        """What the document shows as the answer of a list."""
        answers = self.paths.get(path, {}).get("get", {}).get("responses", {})
        return answers.get("200", {}).get("content", {}).get("application/json", {}).get("example", {})

    def listed(self, address, role):
        if (address, role) not in self.lists:
            status, answer = self.request("GET", address, role, {}, None)
            self.lists[address, role] = answer if status == 200 else {}
        return self.lists[address, role]

    def call(self, method, place, role, operation, day):
        query, headers, body = {}, {"Sandbox-Date": day} if day else {}, None
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and "example" in parameter:
                query[parameter["name"]] = parameter["example"]
            if parameter["name"] == "If-Match":
                headers["If-Match"] = "*"
        for media_type, content in operation.get("requestBody", {"content": {}})["content"].items():
            example = self.with_own_ids(operation["operationId"], content["example"], role)
            headers["Content-Type"], body = encoded(media_type, example)
        if role in MACHINES and method == "post":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        if query:
            place += f"?{urllib.parse.urlencode(query)}"
        return self.request(method.upper(), place, role, headers, body)

    def with_own_ids(self, name, example, role):
        if name not in IDS_IN_BODIES:
            return example
        member, place = IDS_IN_BODIES[name]
        own = self.ids(place, role)[-1:]
        return example | ({member: own[0]} if own else {})

    def request(self, method, place, role, headers, body):
        if role not in self.tokens:
            self.tokens[role] = self.token(role)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, place, body, headers | {"Authorization": f"Bearer {self.tokens[role]}"})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        is_json = answer.headers.get("Content-Type", "").partition(";")[0].endswith(("/json", "+json"))
        return answer.status, json.loads(content) if is_json and content else {}


def encoded(media_type, example):
    if media_type.endswith("json"):
        return media_type, json.dumps(example).encode()
    if media_type != "multipart/form-data":
        return media_type, example.encode()
    parts = []
    for name, value in example.items():
        file_name = f'; filename="{example.get("name", "file.txt")}"' if name == "file" else ""
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file_name}\r\n\r\n{value}\r\n')
    return f"{media_type}; boundary={BOUNDARY}", ("".join(parts) + f"--{BOUNDARY}--\r\n").encode()


def refusal(answer):
    faults = [f"{fault['pointer'] or fault['parameter']} {fault['code']}" for fault in answer.get("errors", [])]
    return " ".join([answer.get("code", ""), *faults]).strip()


def is_id(part):
    return len(part) == 36 and part.count("-") == 4


def at(value, pointer):
    """What a pointer leads to; None where it leads nowhere."""
    for member in pointer.split("/")[1:]:
        value = value.get(member) if isinstance(value, dict) else None
    return value

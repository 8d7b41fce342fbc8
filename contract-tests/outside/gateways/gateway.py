"""An ordinary gateway on Python's own http.server, from the public facts alone; it looks accounts up before it checks."""
import base64
import hashlib
import json
import re
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SETUP = json.loads(sys.argv[1])  # credentials, accounts, and what is to be answered another way
SKIP = set(SETUP.get("skip", []))
ANSWERS = {
    "parameter": (400, "01"),
    "credentials": (401, "04"),
    "signature": (401, "99"),
    "unknown": (404, "02"),
    "closed": (400, "01"),
    **SETUP.get("answers", {}),
}
ACCOUNTS = [dict(account) for account in SETUP["accounts"]]
IDS = ("external_id", "order_id", "transaction_id")


def rule(name, kind=str, most=None, form=r".", optional=False):
    given = SETUP.get("rules", {}).get(name, {})
    return (name, kind, given.get("max", most), given.get("pattern", form), given.get("optional", optional))


MERCHANTS = [rule("external_id", most=64, form=r"[A-Za-z0-9-]+"), rule("order_id", most=25, form=r"[A-Za-z0-9-]+")]
ACCOUNT = MERCHANTS + [
    rule("transaction_id", most=128, form=r"[^\x00-\x1f]+"),
    rule("payment_method", form="BANK_TRANSFER"),
    rule("payment_channel", most=50, form=r"[^\x00-\x1f]+"),
]
ORDER = MERCHANTS + [
    rule("currency", form="IDR"),
    rule("payment_method", form="bank_transfer"),
    rule("payment_channel", most=50, form=r"[^\x00-\x1f]+"),
    rule("payment_details.billing_name", most=100, form="(?s).+"),
    rule("payment_details.va_number", most=12, form="[0-9]+", optional=True),
    rule("payment_details.payment_system", form="OPEN|PARTIAL|CLOSED", optional=True),
    rule("payment_details.is_multi_use", kind=bool, form="True|False", optional=True),
    rule("payment_details.amount", kind=int, form="[0-9]{1,13}"),
    rule("payment_details.expired_time", form=r"[\d-]{10}T[\d:]{8}\.\d{3}\+07:00", optional=True),
    rule("payment_details.transaction_description", most=100, form="(?s).+"),
    rule("customer_details.email", most=255, form=r"[^@\s]+@[^@\s]+"),
    rule("customer_details.full_name", most=100, form="(?s).+"),
    rule("customer_details.phone", form="[0-9]{8,15}", optional=True),
    rule("callback_url", form="https?://.+"),
]


class Refused(Exception):
    pass


def check(body, rules):
    allowed = {name.split(".")[0] for name, *_ in rules} | {"item_details", "billing_address", "shipping_address"}
    if not set(body) <= allowed | {"additional_data"} and "closed" not in SKIP:
        raise Refused("parameter")
    for name, kind, most, form, optional in rules:
        value = body
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None and optional:  # null is no member to it, as to many a server
            continue
        if type(value) is not kind or (most and len(value) > most) or not re.fullmatch(form, str(value)):
            raise Refused("parameter")


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            answer = self.judge(raw)
            self.reply(200, answer)
        except Refused as refused:
            status, code, *_ = ANSWERS[str(refused)]
            self.reply(status, {"response_code": code, "response_message": f"{refused} not accepted"})

    def judge(self, raw):
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        right = base64.b64encode(f"{SETUP['merchant']}:{SETUP['secret']}".encode()).decode()
        if "credentials" not in SKIP and (kind.lower() != "basic" or token.strip() != right):
            raise Refused("credentials")
        try:
            body = json.loads(raw)
        except ValueError:
            raise Refused("parameter") from None
        if not isinstance(body, dict):
            raise Refused("parameter")
        account = None
        if self.path != "/va" and all(isinstance(body.get(name), str) for name in IDS):
            account = next((each for each in ACCOUNTS if all(each[name] == body[name] for name in IDS)), None)
            if account is None:
                raise Refused("unknown")
        if "version" not in SKIP and self.headers.get("x-version") != "v3":
            raise Refused("parameter")
        if "type" not in SKIP and self.headers.get_content_type() != "application/json":
            raise Refused("parameter")
        check(body, ORDER if self.path == "/va" else ACCOUNT)
        key = SETUP.get("subs", {}).get(self.headers.get("sub-merchant-id"), SETUP["hashKey"])
        signature = hashlib.sha256((key + body["external_id"] + body["order_id"]).encode()).hexdigest()
        if "signature" not in SKIP and self.headers.get("x-req-signature") != signature:
            raise Refused("signature")
        return getattr(self, {"/va": "create", "/va/cancel": "cancel", "/va/inquiry": "inquire"}[self.path])(body, account)

    def inquire(self, body, account):
        answer = self.state(body, account)
        if SETUP.get("lie"):
            account["status"] = "CANCELED"
        return answer

    def state(self, body, account):
        echo = {name: body[name] for name in (*IDS, "payment_method")}
        channel = body["payment_channel"].lower()  # the wallet page answers in lower case, too
        return {**echo, "payment_channel": channel, "transaction_status": account["status"], "response_code": "00"}

    def cancel(self, body, account):
        if account["status"] != "ACTIVE" and not (account["status"] == "CANCELED" and SETUP.get("twice") == "00"):
            raise Refused("closed")
        account["status"] = "CANCELED"
        return self.state(body, account)

    def create(self, body, _account):
        if any(all(each[name] == body[name] for name in ("external_id", "payment_channel")) for each in ACCOUNTS):
            raise Refused("parameter")
        made = {**{name: body[name] for name in (*IDS[:2], "payment_channel")}, "transaction_id": str(uuid.uuid4()), "status": "ACTIVE"}
        ACCOUNTS.append(made)
        details = {"va_number": body["payment_details"].get("va_number", "880000000001"), "amount": body["payment_details"]["amount"]}
        return {**self.state({**body, **made}, made), "payment_details": details}

    def reply(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", SETUP.get("port", 0)), Gateway)
print(server.server_port, flush=True)
server.serve_forever()

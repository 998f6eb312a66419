"""Forwarded mails, as mail programs write them and as they come broken."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.cases.eml import html_to_text, read_mail


def mail(text: str = "Euch kriegen wir.", *, html: str = "", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = headers.get("sender", "Wut Bürger <wut@web.example>")
    message["Subject"] = headers.get("subject", "Ihr Bescheid")
    message["Date"] = headers.get("date", "Tue, 03 Feb 2026 23:30:00 +0000")
    if html:
        message.set_content(html, subtype="html")
    else:
        message.set_content(text)
    return message


def test_a_plain_mail() -> None:
    found = read_mail(mail("Zeile 1\nZeile 2").as_bytes(policy=SMTP))
    assert found is not None
    assert found.sender == "Wut Bürger <wut@web.example>"
    assert found.subject == "Ihr Bescheid"
    assert found.sent_on == dt.date(2026, 2, 4)  # half past midnight in Germany
    assert found.text == "Zeile 1\nZeile 2"


def test_a_mail_of_html_only_becomes_words() -> None:
    page = "<style>p{}</style><p>Guten&nbsp;Tag,</p><script>alert(1)</script><p>wir <b>kommen</b>"
    found = read_mail(mail(html=page).as_bytes(policy=SMTP))
    assert found is not None
    assert found.text == "Guten Tag,\n\nwir kommen"


def test_plain_text_comes_before_html() -> None:
    message = mail("Klartext")
    message.add_alternative("<p>Andere Worte</p>", subtype="html")
    found = read_mail(message.as_bytes(policy=SMTP))
    assert found is not None
    assert found.text == "Klartext"


def test_of_a_mail_forwarded_as_attachment_the_inner_one_counts() -> None:
    outer = mail("Siehe Anlage", sender="kollegin@stadt.example", subject="WG: Hass")
    outer.add_attachment(mail("Das ist der Hass", sender="hass@web.example"))
    twice = mail("Siehe unten", sender="chef@stadt.example")
    twice.add_attachment(outer)
    found = read_mail(twice.as_bytes(policy=SMTP))
    assert found is not None
    assert (found.sender, found.text) == ("hass@web.example", "Das ist der Hass")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"kein Kopf, nur Text",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),  # a .msg of Outlook
        b"\x00" * 100,
    ],
)
def test_what_is_no_mail_is_none(raw: bytes) -> None:
    assert read_mail(raw) is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"From: a@b.example\r\nContent-Type: text/plain; charset=x-nie\r\n\r\nHass", "Hass"),
        (b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nohne Grenze", ""),
        (b"From: <<<\r\nDate: gestern\r\n\r\nHass", "Hass"),
        (b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%", ""),
    ],
)
def test_a_broken_mail_says_what_it_can(raw: bytes, text: str) -> None:
    found = read_mail(raw)
    assert found is not None
    assert found.sent_on is None
    assert text in found.text


@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(rest: bytes) -> None:
    read_mail(b"From: a@b.example\r\nContent-Type: text/html\r\n" + rest)


def test_headers_stay_on_one_line() -> None:
    found = read_mail(b"From: a@b.example\r\nSubject: =?utf-8?q?eins=0D=0Azwei=00?=\r\n\r\nx")
    assert found is not None
    assert "\n" not in found.subject
    assert "\0" not in found.subject


def test_markup_that_is_not_closed_hides_nothing_after_it() -> None:
    assert html_to_text("<p>a<script>x</script>b<br>c &amp; d") == "a" + "b\nc & d"


A_MEGABYTE = 1_000_000
BOMBS = {
    "addresses": b"From: " + b"<@a," * (A_MEGABYTE // 4) + b"\n\nHass",
    "encoded words": b"From: " + b"=?utf-8?q?a?= " * (A_MEGABYTE // 14) + b"\n\nHass",
    "parameters": b"Content-Type: text/plain;" + b" a*0=b;" * (A_MEGABYTE // 7) + b"\n\nHass",
    "open tags": b"Content-Type: text/html\n\n" + b"<a" * (A_MEGABYTE // 2),
    "open comments": b"Content-Type: text/html\n\n" + b"<!--" * (A_MEGABYTE // 4),
    "parts": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * (A_MEGABYTE // 7),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_mail_made_to_keep_the_server_busy_is_over_at_once(bomb: str) -> None:
    """Without its bounds most of them take minutes to hours."""
    raw = b"Subject: Hass\n" + BOMBS[bomb]
    found = read_mail(raw)
    assert (found is None) is (bomb == "parts")
    assert found is None or found.subject == "Hass"


def test_words_around_comments_and_broken_tags() -> None:
    assert html_to_text("a<!-- b --><!DOCTYPE html>c<style>d > e</style>f 1 < 2<p>g<!-- h") == (
        "acf 1 < 2\ng"
    )

"""The opened vault: two halves, the idle clock, and posts into a locked vault."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.urls import include, path
from pytest_django import Settings

from komma.core.vault.keys import KeyPair, new_key_pair
from komma.core.vault.session import (
    VaultMiddleware,
    lock_vault,
    open_vault,
    park_post,
    require_open_vault,
    take_parked_post,
    vault_secret,
)

pytestmark = pytest.mark.usefixtures("key_dir", "unlock_page")

unlock = path("entsperren/", lambda request: HttpResponse(), name="unlock")
urlpatterns = [path("konto/", include(([unlock], "people")))]

type View = Callable[[HttpRequest], HttpResponseBase]
ANSWER = "/faelle/7/antwort/"


@pytest.fixture
def unlock_page(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    settings.KOMMA_UNLOCK_URL = "people:unlock"
    settings.KOMMA_VAULT_IDLE = timedelta(minutes=20)
    settings.SESSION_COOKIE_SECURE = False


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-11-22 14:00Z", tick=False) as travelling:
        yield travelling


class MemorySession(SessionBase):
    def load(self) -> dict[str, Any]:
        return {}


@dataclass
class SignedIn:
    """What the vault needs to know of a person."""

    key: KeyPair = field(default_factory=new_key_pair)
    pk: UUID = field(default_factory=uuid4)

    @property
    def vault_public(self) -> str:
        return self.key.public


@dataclass
class Browser:
    """A browser and its row in the session table; both pass through text as in reality."""

    user: Any = field(default_factory=SignedIn)
    stored: str = "{}"
    cookies: dict[str, str] = field(default_factory=dict)
    modified: bool = False

    def request(
        self, view: View, data: dict[str, Any] | None = None, at: str = ANSWER
    ) -> HttpResponseBase:
        factory = RequestFactory()
        request = factory.get(at) if data is None else factory.post(at, data)
        request.COOKIES = dict(self.cookies)
        request.session = MemorySession()
        request.session.update(json.loads(self.stored))
        request.session.modified = False
        request.user = self.user
        response = VaultMiddleware(view)(request)
        self.modified = request.session.modified
        self.stored = json.dumps(dict(request.session.items()))
        for name, morsel in response.cookies.items():
            self.cookies.pop(name, None)
            if morsel.value:
                self.cookies[name] = morsel.value
        return response

    def unlock(self) -> HttpResponseBase:
        def view(request: HttpRequest) -> HttpResponse:
            open_vault(request, secret=self.user.key.secret, person=self.user.pk)
            return HttpResponse()

        return self.request(view)

    def secret(self) -> str | None:
        found: list[str | None] = []

        def view(request: HttpRequest) -> HttpResponse:
            found.append(vault_secret(request))
            return HttpResponse()

        self.request(view)
        return found[0]

    def take(self, at: str = ANSWER) -> QueryDict | None:
        found: list[QueryDict | None] = []

        def view(request: HttpRequest) -> HttpResponse:
            found.append(take_parked_post(request, at))
            return HttpResponse()

        self.request(view, at=at)
        return found[0]


@require_open_vault
def guarded(request: HttpRequest, /) -> HttpResponse:
    return HttpResponse("the case")


def is_the_case(response: HttpResponseBase) -> bool:
    return isinstance(response, HttpResponse) and response.content == b"the case"


def lock(request: HttpRequest) -> HttpResponse:
    lock_vault(request)
    return HttpResponse()


def test_an_opened_vault_gives_the_key() -> None:
    browser = Browser()
    assert browser.secret() is None
    browser.unlock()
    assert browser.secret() == browser.user.key.secret


def test_it_is_open_within_the_request_that_opens_it() -> None:
    user = SignedIn()

    def view(request: HttpRequest) -> HttpResponse:
        open_vault(request, secret=user.key.secret, person=user.pk)
        assert vault_secret(request) == user.key.secret
        lock_vault(request)
        assert vault_secret(request) is None
        return HttpResponse()

    Browser(user).request(view)


def test_neither_half_alone_opens_anything() -> None:
    browser = Browser()
    browser.unlock()
    secret = browser.user.key.secret
    assert "AGE-SECRET" not in browser.stored
    assert "AGE-SECRET" not in str(browser.cookies)
    assert Browser(browser.user, stored=browser.stored).secret() is None
    assert Browser(browser.user, cookies=dict(browser.cookies)).secret() is None
    both = Browser(browser.user, stored=browser.stored, cookies=dict(browser.cookies))
    assert both.secret() == secret


def test_a_link_in_a_mail_does_not_lock_the_vault() -> None:
    """SameSite=Strict leaves the cookie out of the first request from elsewhere."""
    browser = Browser()
    browser.unlock()
    cookies, browser.cookies = browser.cookies, {}
    assert browser.secret() is None
    browser.cookies = cookies
    assert browser.secret() == browser.user.key.secret


@pytest.mark.parametrize("cookie", ["", "zz", "ab", "00" * 32, "ä"])
def test_a_wrong_cookie_opens_nothing(cookie: str) -> None:
    browser = Browser()
    browser.unlock()
    browser.cookies["vault"] = cookie
    assert browser.secret() is None


def test_every_opening_takes_a_fresh_cookie() -> None:
    browser = Browser()
    browser.unlock()
    first = browser.cookies["vault"]
    browser.unlock()
    assert browser.cookies["vault"] != first
    assert len(bytes.fromhex(first)) == 32


@pytest.mark.parametrize(("secure", "name"), [(False, "vault"), (True, "__Host-vault")])
def test_the_cookie_is_out_of_reach(secure: bool, name: str, settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = secure
    cookie = Browser().unlock().cookies[name]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert bool(cookie["secure"]) is secure
    assert not cookie["domain"]
    assert not cookie["max-age"], "it ends with the browser"


def test_answers_without_news_set_no_cookie() -> None:
    browser = Browser()
    browser.unlock()
    assert not browser.request(guarded).cookies


def test_locking_forgets_key_and_cookie(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True
    browser = Browser()
    browser.unlock()
    stored, cookies = browser.stored, dict(browser.cookies)
    response = browser.request(lock)
    assert response.cookies["__Host-vault"]["max-age"] == 0
    assert response.cookies["__Host-vault"]["secure"]
    assert browser.cookies == {}
    assert browser.stored == "{}"
    assert Browser(browser.user, stored="{}", cookies=cookies).secret() is None
    assert Browser(browser.user, stored, cookies).secret(), "negative control"


def test_it_locks_after_twenty_idle_minutes(clock: Any) -> None:
    browser = Browser()
    browser.unlock()
    clock.shift(timedelta(minutes=20))
    assert browser.secret()
    clock.shift(timedelta(minutes=20, seconds=1))
    assert browser.secret() is None
    assert browser.stored == "{}", "the sealed key is gone too"


def test_activity_keeps_it_open_and_is_noted_once_a_minute(clock: Any) -> None:
    browser = Browser()
    browser.unlock()
    clock.shift(timedelta(seconds=59))
    assert browser.secret()
    assert not browser.modified
    clock.shift(timedelta(seconds=1))
    assert browser.secret()
    assert browser.modified
    for _ in range(4):
        clock.shift(timedelta(minutes=15))
        assert browser.secret()


def test_another_person_in_the_same_session_gets_nothing() -> None:
    browser = Browser()
    browser.unlock()
    for other in (SignedIn(), AnonymousUser()):
        taken_over = Browser(other, browser.stored, dict(browser.cookies))
        assert taken_over.secret() is None
        assert taken_over.stored == "{}"


def test_a_key_moved_to_another_person_does_not_open() -> None:
    browser, other = Browser(), SignedIn()
    browser.unlock()
    entry = json.loads(browser.stored)
    entry["vault"]["person"] = str(other.pk)
    assert Browser(other, json.dumps(entry), dict(browser.cookies)).secret() is None


def test_a_guarded_view_leads_to_the_unlock_page_and_back() -> None:
    browser = Browser()
    response = browser.request(guarded, at="/faelle/7/?seite=2")
    assert response.status_code == 302
    assert response["Location"] == "/konto/entsperren/?next=%2Ffaelle%2F7%2F%3Fseite%3D2"
    browser.unlock()
    assert is_the_case(browser.request(guarded))


def test_text_posted_into_a_locked_vault_comes_back() -> None:
    browser = Browser()
    text = "Zweite Zeile\r\nmit Grüßen & Zeichen = 100 %"
    data = {"text": text, "topics": ["a", "b"], "csrfmiddlewaretoken": "token"}
    assert browser.request(guarded, data).status_code == 302
    assert "Grüßen" not in browser.stored
    assert "faelle" not in browser.stored
    assert browser.take() is None, "not while the vault is locked"
    browser.unlock()
    taken = browser.take()
    assert taken is not None
    assert dict(taken.lists()) == {"text": [text], "topics": ["a", "b"]}
    assert browser.take() is None, "only once"


def test_an_open_vault_parks_nothing() -> None:
    browser = Browser()
    browser.unlock()
    assert is_the_case(browser.request(guarded, {"text": "x"}))
    assert browser.take() is None


def test_parked_text_is_sealed_to_the_person() -> None:
    browser = Browser()
    browser.request(guarded, {"text": "x"})
    (sealed,) = json.loads(browser.stored)["vault_parked"].values()
    assert base64.b64decode(sealed).startswith(b"age-encryption.org/v1\n")
    other = Browser(SignedIn(), browser.stored)
    other.unlock()
    assert other.take() is None


def test_parked_text_goes_to_its_own_page_only() -> None:
    browser = Browser()
    browser.request(guarded, {"text": "one"}, at="/faelle/1/")
    browser.request(guarded, {"text": "two"}, at="/faelle/2/")
    browser.unlock()
    assert browser.take("/faelle/3/") is None
    assert browser.take("/faelle/2/") == QueryDict("text=two")
    assert browser.take("/faelle/1/") == QueryDict("text=one")


def test_the_newest_posts_are_kept() -> None:
    browser = Browser()
    for number in [0, 1, 2, 3, 4, 5, 1]:
        browser.request(guarded, {"text": f"{number}"}, at=f"/faelle/{number}/")
    browser.unlock()
    kept = {number for number in range(6) if browser.take(f"/faelle/{number}/")}
    assert kept == {1, 2, 3, 4, 5}


def test_text_sealed_to_a_former_key_is_given_up() -> None:
    browser = Browser()
    browser.request(guarded, {"text": "x"})
    browser.user.key = new_key_pair()
    browser.unlock()
    assert browser.take() is None
    assert json.loads(browser.stored)["vault_parked"] == {}


@pytest.mark.parametrize("user", [AnonymousUser(), SignedIn(key=KeyPair("", ""))])
def test_without_a_public_key_nothing_is_parked(user: Any) -> None:
    parked = []

    def view(request: HttpRequest) -> HttpResponse:
        parked.append(park_post(request))
        return HttpResponse()

    browser = Browser(user)
    browser.request(view, {"text": "x"})
    assert browser.stored == "{}"
    Browser().request(view, {"text": "x"})
    assert parked == [False, True], "the second is the negative control"

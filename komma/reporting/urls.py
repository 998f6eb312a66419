"""URLs of reporting; fixed words before the municipalities' slugs."""

from django.urls import path

from komma.reporting.views import advice, entry, mailbox, receipt, short
from komma.reporting.views import path as long_way

app_name = "reporting"
urlpatterns = [
    path("melden/", entry.choose, name="choose"),
    # Below /melden/, since the draft's cookie is sent nowhere else.
    path("melden/verlassen/", entry.leave, name="leave"),
    path("melden/quittung/", receipt.receipt, name="receipt"),
    path("melden/quittung/druck/", receipt.receipt_print, name="receipt_print"),
    path("melden/<slug:slug>/", entry.entry, name="entry"),
    path("melden/<slug:slug>/kurz/", short.short, name="short"),
    path("melden/<slug:slug>/neu/", entry.discard, name="discard"),
    path("melden/<slug:slug>/bericht/pruefen/", long_way.summary, name="summary"),
    path("melden/<slug:slug>/bericht/<slug:name>/", long_way.step, name="step"),
    path("postfach/", mailbox.mailbox, name="mailbox"),
    path("postfach/nachricht/", mailbox.message, name="message"),
    path("postfach/tagebuch/", mailbox.diary, name="diary"),
    path("postfach/zurueckziehen/", mailbox.withdrawal, name="withdrawal"),
    path("postfach/loeschen/", mailbox.deletion, name="deletion"),
    path("postfach/datei/<uuid:attachment_id>/", mailbox.attachment, name="attachment"),
    path("postfach/druck/", mailbox.mailbox_print, name="mailbox_print"),
    path("postfach/was-tun/", advice.advice, name="advice"),
    path("postfach/was-tun/druck/", advice.advice_print, name="advice_print"),
    path("postfach/untaetig/", advice.silence, name="silence"),
    path("postfach/schliessen/", mailbox.close, name="close"),
]

"""The sender: the delivery ledger and the way to the relay."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, FastAPI

from services.sender.adapters.allowances import Allowances
from services.sender.adapters.dkim import SIGNATURE_BYTES, Signer, SigningKey
from services.sender.adapters.links import ByMail, MailLinks, WebTokens
from services.sender.adapters.mailbox.imap import Account, ImapInbox
from services.sender.adapters.mailbox.lmtp import Listener
from services.sender.adapters.providers import Restraints
from services.sender.adapters.route import Route, Routes
from services.sender.adapters.tables import metadata
from services.sender.adapters.typesetting import LayoutTypesetter
from services.sender.domain.compose import Composer, Identity
from services.sender.domain.mailbox.own_addresses import OwnAddresses
from services.sender.domain.mailbox.return_path import UNSUBSCRIBE, MailTags, ReturnPaths
from services.sender.entrypoints.api import router
from services.sender.entrypoints.api_mailbox import mailbox_router
from services.sender.entrypoints.api_routes import routes_router
from services.sender.entrypoints.events import handlers
from services.sender.entrypoints.pages import web_router
from services.sender.settings import SenderSettings
from services.sender.texting import Texting
from services.sender.topology import CONSUMES
from services.sender.use_cases.admit import Admission
from services.sender.use_cases.compose_mail import MailWriter
from services.sender.use_cases.deliver import Engine
from services.sender.use_cases.direct_edition import SweepStopped
from services.sender.use_cases.forget_sent import ForgetSent
from services.sender.use_cases.mailbox.apply_early_bounces import ApplyEarlyBounces
from services.sender.use_cases.mailbox.find_mail import FindMail
from services.sender.use_cases.mailbox.forget_words import ForgetWords
from services.sender.use_cases.mailbox.handle_message import HandleMessage
from services.sender.use_cases.mailbox.pass_on import PassOn
from services.sender.use_cases.mailbox.read_mailbox import ReadMailbox
from services.sender.use_cases.mailbox.receive_message import ReceiveMessage
from services.sender.use_cases.mailbox.take_pushed import TakePushed
from services.sender.use_cases.report_outcomes import ReportOutcomes
from services.sender.use_cases.report_progress import ReportProgress
from services.sender.use_cases.resume_provider import ResumeProvider
from services.sender.use_cases.sweep_ledger import SweepLedger
from services.sender.use_cases.watch_providers import ForgetProviders, ProviderWatch
from shared.addresses import normalize
from shared.hosting import Foundation, Job, Worker, host
from shared.web.tokens import ApiTokens, UnsubscribeTokens


def identity(settings: SenderSettings) -> Identity:
    """Return who all mail is from."""
    return Identity(settings.organisation_name, settings.organisation_address)


def typesetter(settings: SenderSettings) -> LayoutTypesetter:
    """Return the look of an organisation's mails."""
    return LayoutTypesetter(identity(settings))


def composer(settings: SenderSettings) -> Composer:
    """Return the composer of an organisation's mails."""
    own = identity(settings)
    links = MailLinks(
        settings.public_url,
        UnsubscribeTokens(settings.secret),
        settings.web_url or settings.public_url,
        WebTokens(settings.secret),
        ByMail(own.octets.decode(), MailTags(settings.secret, UNSUBSCRIBE)),
    )
    limit = settings.mail_kilobytes * 1000 - SIGNATURE_BYTES * len(settings.dkim_key_files)
    return Composer(own, typesetter(settings), links, settings.zone, limit=limit)


def bounce_address(settings: SenderSettings) -> str:
    """Return where undeliverable mail comes back to, without a tag."""
    return settings.bounce_address or f"bounce@{identity(settings).domain}"


def return_paths(settings: SenderSettings) -> ReturnPaths:
    """Return the maker and reader of return paths."""
    return ReturnPaths(settings.secret, bounce_address(settings))


def signer(settings: SenderSettings) -> Signer | None:
    """Return what signs outgoing mail; None where the relay does."""
    if not settings.dkim_key_files:
        return None
    domain = settings.dkim_domain or identity(settings).domain
    keys = [SigningKey.load(selector, path) for selector, path in settings.dkim_key_files.items()]
    return Signer(domain, keys)


@dataclass(frozen=True)
class WayOut:
    """The relays, and what holds mail back on the way to them."""

    routes: Routes
    allowances: Allowances
    watch: ProviderWatch


def way_out(base: Foundation, settings: SenderSettings) -> WayOut:
    """Return the relays of this process."""
    relays = settings.relays
    restraints = Restraints()
    allowances = Allowances(base.database, {each.name: each.limits for each in relays}, restraints)
    routes = Routes([Route(each) for each in relays], allowances)
    watch = ProviderWatch(
        base.database, base.outbox, base.clock, restraints, desk=settings.organisation_address
    )
    return WayOut(routes, allowances, watch)


def engine(base: Foundation, settings: SenderSettings, out: WayOut | None = None) -> Engine:
    """Return the delivery engine."""
    out = out or way_out(base, settings)
    return Engine(
        database=base.database,
        clock=base.clock,
        writer=MailWriter(base.database, composer(settings), signer(settings)),
        routes=out.routes,
        allowances=out.allowances,
        admission=Admission(settings.limits_of_domains, out.watch.restraints),
        watch=out.watch,
        return_path=return_paths(settings).of,
        connections=settings.smtp_connections,
        messages_per_connection=settings.smtp_messages_per_connection,
        lease_seconds=settings.lease_seconds,
    )


def receiver(base: Foundation, settings: SenderSettings) -> ReceiveMessage:
    """Return what becomes of every message, whatever way it comes."""
    domain = identity(settings).domain.lower()
    find_mail = FindMail(return_paths(settings), MailTags(settings.secret, UNSUBSCRIBE), domain)
    return ReceiveMessage(base.outbox, find_mail, PassOn(normalize(settings.desk_address), settings.secret))


def mailbox_jobs(base: Foundation, settings: SenderSettings) -> list[Job]:
    """Return the jobs of the shared mailbox; none reads it where there is none."""
    forget = ForgetWords(base.database, base.clock, timedelta(days=settings.mailbox_keep_days))
    early = ApplyEarlyBounces(base.database)
    jobs = [
        Job("forget-words", timedelta(hours=1), forget),
        Job("apply-early-bounces", timedelta(seconds=2), early),
    ]
    if settings.imap_url:
        read = ReadMailbox(
            database=base.database,
            clock=base.clock,
            open=partial(ImapInbox, Account.parse(settings.imap_url)),
            receive=receiver(base, settings),
            folders=settings.mailbox_folders,
        )
        jobs.append(Job("read-mailbox", timedelta(seconds=settings.imap_seconds), read))
    return jobs


def mailbox_workers(base: Foundation, settings: SenderSettings) -> list[Worker]:
    """Return the worker that takes pushed messages; none where none are pushed."""
    if not settings.lmtp_listen:
        return []
    listener = Listener(
        listen=settings.lmtp_listen,
        most_octets=settings.lmtp_megabytes * 2**20,
        takes=OwnAddresses(settings.organisation_address, bounce_address(settings)).take,
        deliver=TakePushed(base.database, base.clock, receiver(base, settings)),
    )
    return [Worker("take-pushed-mail", listener.run)]


def mailbox_routes(base: Foundation, settings: SenderSettings, tokens: ApiTokens) -> APIRouter:
    """Return what the desk sees of the mailbox, and its decisions."""
    handle = HandleMessage(base.database, base.outbox, base.clock, settings.secret)
    return mailbox_router(base.database, handle, tokens)


def ledger_jobs(base: Foundation, settings: SenderSettings) -> list[Job]:
    """Return the jobs that report what stands in the ledger, and take up what dead workers held."""
    hold = settings.uncertain_mail == "hold"
    lease = timedelta(seconds=settings.lease_seconds)
    report = ReportOutcomes(base.database, base.outbox, desk=settings.organisation_address, hold=hold)
    progress = ReportProgress(base.database, base.outbox, base.clock)
    sweep = SweepLedger(base.database, base.clock, lease / 2, resend=not hold)
    forget = ForgetSent(base.database, base.clock, timedelta(days=settings.sent_keep_days))
    return [
        Job("report-outcomes", timedelta(seconds=1), report),
        Job("report-progress", timedelta(seconds=1), progress),
        Job("sweep-ledger", lease / 4, sweep),
        Job("forget-sent", timedelta(hours=1), forget),
        Job("sweep-stopped", lease / 4, SweepStopped(base.database, base.clock)),
    ]


def create_app(settings: SenderSettings) -> FastAPI:
    """Build the service."""
    base = Foundation("sender", settings, metadata)
    revoked = frozenset(part.strip() for part in settings.revoked_tokens.split(",") if part.strip())
    tokens = ApiTokens(settings.secret, base.clock, revoked)
    out = way_out(base, settings)
    texting = Texting.of(base, settings)
    return host(
        base,
        consumes=CONSUMES,
        handlers={**handlers(base.outbox, base.clock, settings.secret), **texting.handlers()},
        routers=[
            router(base.database, base.clock, tokens),
            routes_router(base.database, out.routes, ResumeProvider(base.database), tokens),
            mailbox_routes(base, settings, tokens),
            web_router(base.database, WebTokens(settings.secret), typesetter(settings)),
            *texting.routers(tokens),
        ],
        jobs=[
            *ledger_jobs(base, settings),
            Job("forget-providers", timedelta(hours=1), ForgetProviders(base.database)),
            *mailbox_jobs(base, settings),
            *texting.jobs(),
        ],
        workers=[
            Worker("deliver", engine(base, settings, out).run),
            *mailbox_workers(base, settings),
            *texting.workers(),
        ],
        summary="Delivers editions and one-to-one mail from the one shared address, and keeps count.",
    )

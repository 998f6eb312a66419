"""The ``komma`` command: one line for every message, exit code 1 for every failure.

The database role is chosen here, before Django's settings load (docs/operations.md).
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from komma.config import auditing, checking, database, periods, replaying
from komma.config.environment import ROLES, Environment, Role
from komma.config.errors import SetupError
from komma.config.keyfiles import create_key_files, loose_paths

# Django commands that change or describe the schema, or let an organisation take part; all others
# run with the web role.
_OWNER_COMMANDS: Final = {
    "dbshell",
    "flush",
    "gemeinden",
    "makemigrations",
    "migrate",
    "organisation",
    "optimizemigration",
    "showmigrations",
    "sqlmigrate",
    "squashmigrations",
}
# Options of "migrate" that change nothing.
_ONLY_ASKING: Final = {"--plan", "--check", "--help", "-h"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the console script; returns the exit code."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and not options.takes_rest:
        _parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        action: Callable[[Environment, argparse.Namespace, list[str]], int] = options.action
        return action(Environment.read(), options, rest)
    except SetupError as error:
        for line in str(error).splitlines():
            print(f"komma: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    from komma.config import supervisor

    supervisor.run(environment)
    return 0


def _serve(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    from komma.config import web

    web.ensure_port_is_free(environment)
    with database.available(environment):
        checking.refuse_unsafe(environment, "web")
        _choose("web")
        web.serve(environment)
    return 0


def _worker(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    with database.available(environment):
        checking.refuse_unsafe(environment, "worker")
        # Finished jobs go at once, failed ones too: the log tells of them, and their rows would
        # outlive what they are about.
        return _django("worker", ["procrastinate", "worker", "--delete-jobs", "always", *rest])


def _migrate(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    with database.available(environment):
        database.prepare_external(environment)
        code = _django("owner", ["migrate", "--noinput", *rest])
        if code or _ONLY_ASKING & set(rest):
            return code
        # A restored database must not show again what was deleted, hence before anybody serves.
        replaying.replay_deletions()
        return 0


def _gemeinden(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    with database.available(environment):
        return _django("owner", ["gemeinden", *rest])


def _demo(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    if environment.mode == "production":
        raise SetupError("Demonstration data never mixes with real data: set KOMMA_MODE=demo.")
    with database.available(environment):
        return _django("web", ["demo", *rest])


def _check(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    with database.available(environment):
        return checking.report(environment, deploy=options.deploy)


def _audit(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    with database.available(environment):
        _choose("owner")
        return auditing.run(options)


def _deadlines(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    return periods.run(options)


def _keys(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    created = create_key_files(environment.key_dir)
    for path in created:
        print(f"created {path}")
    for path in loose_paths(environment.key_dir):
        print(f"warning: {path} is open to other users: chmod go-rwx it")
    if not created:
        print(f"all key files exist in {environment.key_dir}")
    return 0


def _pass_through(environment: Environment, options: argparse.Namespace, rest: list[str]) -> int:
    default: Role = "owner" if rest and rest[0] in _OWNER_COMMANDS else "web"
    with database.available(environment):
        return _django(options.role or default, rest or ["help"])


def _choose(role: Role) -> None:
    os.environ["KOMMA_DB_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "komma.config.settings")


def _django(role: Role, arguments: list[str]) -> int:
    _choose(role)
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["komma", *arguments])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="komma", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str,
        action: Callable[[Environment, argparse.Namespace, list[str]], int],
        text: str,
        *,
        takes_rest: bool = False,
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, add_help=not takes_rest)
        command.set_defaults(action=action, takes_rest=takes_rest)
        return command

    add("run", _run, "database, migrations, web server and job worker in one")
    add("serve", _serve, "the web server")
    add("worker", _worker, "the job worker", takes_rest=True)
    add("migrate", _migrate, "bring the database up to date", takes_rest=True)
    add("gemeinden", _gemeinden, "read the register of municipalities in", takes_rest=True)
    add("demo", _demo, "fill a demonstration network (KOMMA_MODE=demo)", takes_rest=True)
    check = add("check", _check, "check configuration and database roles")
    check.add_argument("--deploy", action="store_true", help="also what production needs")
    auditing.add_arguments(add("audit", _audit, "check, export or shorten the audit log"))
    periods.add_arguments(add("fristen", _deadlines, "when legal deadlines end"))
    add("keys", _keys, "create missing key files in KOMMA_KEY_DIR")
    django = add("django", _pass_through, "any Django command", takes_rest=True)
    django.add_argument("--role", choices=ROLES, help="database role of this command")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Row policies as model constraints, so that makemigrations finds every change of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, override

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

Command = Literal["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"]
WEB = "komma_web"
WORKER = "komma_worker"


class RowPolicy(models.BaseConstraint):
    """One ``CREATE POLICY`` of PostgreSQL.

    ``using`` filters existing rows (SELECT, UPDATE, DELETE), ``check`` new ones (INSERT,
    UPDATE). Both are SQL over the columns of the table; calls that do not depend on the row
    belong into ``(SELECT …)``, so that they run once per statement.
    Source: PostgreSQL manual, chapter "Row Security Policies".
    """

    def __init__(
        self,
        *,
        name: str,
        command: Command,
        using: str = "",
        check: str = "",
        role: str = WEB,
    ) -> None:
        super().__init__(name=name)
        self.command = command
        self.using = using
        self.check_expression = check
        self.role = role

    @override
    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Defer to the end of the migration: a policy cannot stand inside CREATE TABLE."""
        assert model is not None
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    @override
    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        clauses = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;",
            f"CREATE POLICY {schema_editor.quote_name(self.name)} ON {table}",
            f"FOR {self.command} TO {self.role}",
        ]
        if self.using:
            clauses.append(f"USING ({self.using})")
        if self.check_expression:
            clauses.append(f"WITH CHECK ({self.check_expression})")
        return " ".join(clauses)

    @override
    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert schema_editor is not None
        table = schema_editor.quote_name(model._meta.db_table)
        return f"DROP POLICY {schema_editor.quote_name(self.name)} ON {table}"

    @override
    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to validate in Python: the database decides."""

    @override
    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs["command"] = self.command
        for key, value in (("using", self.using), ("check", self.check_expression)):
            if value:
                kwargs[key] = value
        if self.role != WEB:
            kwargs["role"] = self.role
        return path, args, kwargs

    @override
    def __eq__(self, other: object) -> bool:
        if isinstance(other, RowPolicy):
            return bool(self.deconstruct() == other.deconstruct())
        return NotImplemented

    @override
    def __hash__(self) -> int:
        return hash(self.name)


def policies(
    prefix: str,
    *,
    select: str,
    insert: str = "",
    update: str = "",
    delete: str = "",
    worker: Sequence[Command] = (),
) -> list[models.BaseConstraint]:
    """Return the policies of one table for the web role and, where named, for the worker.

    An omitted command is denied to the web role. ``update`` holds for the old and the new row.
    The worker sees all rows of a table for the commands that its jobs need.
    """
    found: list[models.BaseConstraint] = [
        RowPolicy(name=f"{prefix}_select", command="SELECT", using=select)
    ]
    if insert:
        found.append(RowPolicy(name=f"{prefix}_insert", command="INSERT", check=insert))
    if update:
        found.append(
            RowPolicy(name=f"{prefix}_update", command="UPDATE", using=update, check=update)
        )
    if delete:
        found.append(RowPolicy(name=f"{prefix}_delete", command="DELETE", using=delete))
    for command in worker:
        found.append(
            RowPolicy(
                name=f"{prefix}_worker_{command.lower()}",
                command=command,
                using="" if command == "INSERT" else "true",
                check="true" if command in ("INSERT", "UPDATE") else "",
                role=WORKER,
            )
        )
    return found

"""Whose rows: conditions that the policies of several tables share."""


def holder(table: str, column: str = "case_id") -> str:
    """Return SQL that is true where the acting person holds an active mailbox key of the case.

    EXISTS lets PostgreSQL choose between one index probe (a case page) and one hash of all keys
    of the person (a list).
    """
    return (
        f"EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = {table}.{column}"
        " AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox'"
        " AND NOT k.is_reserve)"
    )


OWN = "person_id = (SELECT komma_person())"
REPORTER = "case_id = (SELECT komma_receipt_case())"

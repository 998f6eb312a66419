"""Whose rows: conditions that the policies of several tables share."""

MINE = "organisation_id IN (SELECT komma_my_organisations())"
ADMINISTERED = "organisation_id IN (SELECT komma_administered_organisations())"
ADMINISTERED_SELF = "id IN (SELECT komma_administered_organisations())"

-- Which reports wait for a look, and which belong together, is decided by those who hold them.
GRANT UPDATE (held, discard_by_id, "group", group_kind) ON cases_case TO komma_web;

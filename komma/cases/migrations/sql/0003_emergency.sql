-- The hour between two people: begun and ended, never changed.
REVOKE UPDATE ON cases_emergencyuse FROM komma_web;
REVOKE INSERT, UPDATE ON cases_emergencyuse FROM komma_worker;

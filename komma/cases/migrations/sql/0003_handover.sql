-- Offers arise and end in the functions below only.
REVOKE INSERT, UPDATE, DELETE ON cases_handover, cases_handoverkey FROM komma_web;
REVOKE ALL ON cases_handover, cases_handoverkey FROM komma_worker;

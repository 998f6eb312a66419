"""Account administration: /verwaltung/."""

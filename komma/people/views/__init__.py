"""Pages of accounts; sign-in and second factors themselves are allauth's views."""

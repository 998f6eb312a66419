"""Views of reporting: the way in, the questions, the receipt, the mailbox."""

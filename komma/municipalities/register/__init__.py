"""The official register of municipalities (GV100AD, Destatis): reading it and comparing editions.

Nothing in here touches the database; ``actions.register`` does.
"""

"""Context."""


def interface(request):
    return {}

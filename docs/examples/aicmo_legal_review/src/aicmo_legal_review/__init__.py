"""
Legal review: a module of aicmo_core from outside.

A host puts its step into a workflow:

    from aicmo_core import client_to_delivery, open_app
    from aicmo_legal_review.steps import legal_review

    reviewed = client_to_delivery.insert_after("qc_evaluate", legal_review)
    with open_app("sqlite:///agency.db", artifacts="out", workflows=[reviewed]) as app:
        app.run(reviewed, order)
"""

"""The promises that runs are judged by, and what each is a part of."""

ORDER = "order"
COMPENSATION = "compensation"
FINAL = "finality"
CANCEL = "cancelling"
WAITS = "waits and locks"
LEDGER = "the undo ledger"
ATTEMPTS = "retries"
PERSONS = "parking"
LIVENESS = "liveness"

PROMISES = {
    "steps run in their order": ORDER,
    "no step starts after the turn": ORDER,
    "a completed run did every step": ORDER,
    "what was built on it is taken back first": ORDER,
    "an open intent is settled first": COMPENSATION,
    "only an open intent is settled": COMPENSATION,
    "an effect is closed once": COMPENSATION,
    "only a failed run compensates": COMPENSATION,
    "nothing is compensated without its reason": COMPENSATION,
    "nothing is compensated without its pivot": CANCEL,
    "a compensated run leaves no effect open": LEDGER,
    "the ledger says what happened": LEDGER,
    "a run ends as what turned it": FINAL,
    "a run ends when nothing is left": FINAL,
    "each signal is taken once, the earliest first": WAITS,
    "a signal that came is taken": WAITS,
    "a wait that has begun is not begun again": WAITS,
    "a timer keeps its moment": WAITS,
    "a lock is taken once, when it is needed": WAITS,
    "no step starts without its lock": WAITS,
    "attempts count up by one": ATTEMPTS,
    "a retry waits for its journaled moment": ATTEMPTS,
    "a compensation waits for its journaled moment": ATTEMPTS,
    "what needs a person parks": PERSONS,
    "a run parks for a reason only": PERSONS,
    "a compensation waits for nothing but what was built on it": LIVENESS,
    "a step waits for nothing that it does not depend on": LIVENESS,
    "what can be done now comes first": LIVENESS,
    "nothing is asked for twice": LIVENESS,
}
"""Each has a defect that it catches."""

BOUNDS = {"a run ends or parks", "a run makes progress"}
"""
What keeps a simulation from being green for nothing.

A defect of the decision breaks a promise before it breaks one of these.
"""

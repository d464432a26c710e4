"""Kinds of work for the tests."""

from opcc_portal.jobs.operations import JobFailed, job

ran = []


@job("test_add", title="Adding up")
def add(job, payload, progress):
    """Add two numbers, step by step."""
    ran.append(job.pk)
    progress(1, 2, "First number")
    progress(2, 2, "Second number")
    return {"sum": payload["a"] + payload["b"], "url": payload.get("url", "")}


@job("test_refuse", title="Refusing")
def refuse(job, payload, progress):
    """Fail for a reason people can act on."""
    ran.append(job.pk)
    raise JobFailed("Item 5 has a table that is too wide. Split it.")


@job("test_break", title="Breaking")
def break_down(job, payload, progress):
    """Fail for a reason that is ours."""
    raise ZeroDivisionError("a secret detail")


@job("test_killed", title="Being stopped")
def be_stopped(job, payload, progress):
    """Be stopped with the worker the first time, and finish the second time."""
    ran.append(job.pk)
    if len(ran) == 1:
        raise SystemExit(1)
    return {"ran": len(ran)}


@job("test_odd", title="Returning nonsense")
def return_nonsense(job, payload, progress):
    """Return something that cannot be kept."""
    return {"object": object()}

"""Two servers spoilt on purpose. If the checker has nothing to say about them, it is worth nothing."""

import uuid


def last_write_wins():
    """A portal that does not ask which version the writer read: whoever saves last is right."""
    from opcc_portal.wsgi import application
    from scrutiny.workflow import saving

    careful = saving.save

    def save(model, uid, *, base_version, **rest):
        newest = model.objects.values_list("version", flat=True).get(uid=uid)
        return careful(model, uid, base_version=newest, **rest)

    saving.save = save
    return application


def no_save_ids():
    """A portal that does not know a save again when it is sent twice, nor an entry by the name its writer gave it."""
    from opcc_portal.wsgi import application
    from scrutiny.minutes import operations
    from scrutiny.workflow import saving

    careful_save, careful_new, careful_facts = saving.save, operations.write_new, operations.facts_about

    def save(*args, save_id, **rest):
        return careful_save(*args, save_id=uuid.uuid4(), **rest)

    def write_new(*args, save_id, uid=None, **rest):
        return careful_new(*args, save_id=uuid.uuid4(), **rest)

    def facts_about(*args, uid=None, **rest):
        return careful_facts(*args, **rest)

    saving.save, operations.write_new, operations.facts_about = save, write_new, facts_about
    return application

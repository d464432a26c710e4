"""Who receives an award, as somebody may read it: the name of a person is for those who may read contact details."""

CONTACT = "applications.contact"
A_PERSON = "A person (name not shown)"


def named_for(award, user):
    """The name of the recipient, for this reader."""
    if not award.is_individual:
        return award.recipient.name
    return award.individual if user.has_perm(CONTACT) else A_PERSON

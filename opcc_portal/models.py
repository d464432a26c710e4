"""Front door: every model of the building's rooms, so that Django finds it. Imports only."""

from opcc_portal.accounts.models import RoleHolding, User
from opcc_portal.audit.models import AuditLine, LastWork
from opcc_portal.files.models import Upload
from opcc_portal.jobs.models import Job
from opcc_portal.office.models import Office

__all__ = ["AuditLine", "Job", "LastWork", "Office", "RoleHolding", "Upload", "User"]

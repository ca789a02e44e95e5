"""The third ring of the ERP's graph: roles decide about nearly everything, and people about themselves.

Pure: principal and object in, yes or no out. The ERP's service decides for itself.
"""

from clients.erp.models import Admin
from schema.common.principals import Principal


def may_see_admin(principal: Principal, admin: Admin) -> bool:
    """A person of the ERP: the very person."""
    return admin.id == principal.id


def allows(principal: Principal, model: object) -> bool:
    """Say whether a person of the ERP may be shown what a service answered: anything but a colleague's account."""
    return not isinstance(model, Admin) or may_see_admin(principal, model)

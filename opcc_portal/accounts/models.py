"""People who sign in, and the roles they hold."""

from functools import cached_property

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from opcc_portal.accounts.capabilities import Role


class Joined(models.Aggregate):
    """The values of a group in one text, parted by commas; both databases have it under names of their own."""

    function = "GROUP_CONCAT"
    output_field = models.TextField()

    def as_postgresql(self, compiler, connection, **more):
        """PostgreSQL wants to be told the comma."""
        return self.as_sql(
            compiler, connection, function="STRING_AGG", template="%(function)s(%(expressions)s, ',')", **more
        )


class UserQuerySet(models.QuerySet):
    """Accounts, as sign-in and the office look for them."""

    def known_as(self, text):
        """Accounts with this user name or work e-mail, letter case aside."""
        text = text.strip()
        return self.filter(models.Q(username__iexact=text) | models.Q(email__iexact=text))

    def active(self):
        """Accounts that may sign in."""
        return self.filter(is_active=True)

    def with_roles(self):
        """Accounts that know their roles without another query."""
        held = RoleHolding.objects.filter(user=models.OuterRef("pk")).order_by().values("user")
        return self.annotate(role_list=models.Subquery(held.annotate(all=Joined("role")).values("all")))

    def administrators(self):
        """Active accounts that may manage accounts."""
        return self.active().filter(role_holdings__role=Role.ADMINISTRATOR)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Makes accounts; `roles` may be given as a list of Role values."""

    def create_user(self, username, email, password=None, *, name="", roles=()):
        """Create an active account. Without a password it can only be entered after a reset."""
        user = self.model(username=username, email=self.normalize_email(email), name=name or username)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        user.set_roles(roles)
        return user


class User(AbstractBaseUser):
    """An account. Signs in with its user name or its work e-mail address; never deleted, only deactivated."""

    username = models.CharField(
        "user name",
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "Another account has this user name. Choose another."},
    )
    email = models.EmailField("work e-mail")
    name = models.CharField("full name", max_length=200)
    is_active = models.BooleanField("may sign in", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    objects = UserManager()

    class Meta:
        ordering = ["name", "username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_an_email",
                violation_error_message="Another account has this e-mail address.",
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="one_account_a_user_name",
                violation_error_message="Another account has this user name.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        """The name as pages and mails print it."""
        return self.name

    def get_short_name(self):
        """The name as the head of a page prints it."""
        return self.name

    @cached_property
    def roles(self):
        """The set of Role values that this person holds."""
        if "role_list" in self.__dict__:
            return {Role(role) for role in (self.role_list or "").split(",") if role}
        return {Role(held.role) for held in self.role_holdings.all()}

    def act_alone(self):
        """Hold up this person's other acts until the transaction ends: a button pressed twice is answered in turn."""
        list(User.objects.select_for_update(no_key=True).filter(pk=self.pk).values_list("pk"))

    def set_roles(self, roles):
        """Hold exactly these roles from now on."""
        wanted = {Role(role) for role in roles}
        self.role_holdings.exclude(role__in=wanted).delete()
        for role in wanted:
            self.role_holdings.get_or_create(role=role)
        self.__dict__.pop("roles", None)
        self.__dict__.pop("role_list", None)

    @property
    def role_names(self):
        """The roles in words, in the order of the table of roles."""
        return [role.label for role in Role if role in self.roles]

    @property
    def works_for_force(self):
        """True for somebody who sees the portal from the force's side only."""
        return self.roles == {Role.FORCE}

    def has_perm(self, capability, record=None):
        """Whether the table of capabilities lets this person do that, with that record."""
        return self.is_active and rules.has_perm(capability, self, record)

    def has_module_perms(self, app_label):
        """Django's contributed apps ask this; the portal has no permissions by app."""
        return False


class RoleHolding(models.Model):
    """One role of one person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_holdings")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="a_role_is_held_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_one_of_the_six"),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"

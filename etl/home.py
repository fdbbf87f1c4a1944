"""The home: one folder that holds everything of one installation."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from etl.errors import N_, Problem
from etl.staff_rules import (
    LEAVE,
    PUNCHES,
    LeaveCode,
    is_times,
    read_leave,
    read_leave_codes,
    read_punches,
)

DEFAULT_HOME = Path("service-kpi-home")
KEY_BYTES = 32
UPLOAD_LIMIT_MB = 200
# The shift codes people write on a roster, until config/home.toml says otherwise.
SHIFTS = {
    "早": "08:00-16:00",
    "中": "12:00-20:00",
    "晚": "16:00-24:00",
    "夜": "22:00-06:00",
    "休": "",
}
# What an audit objects to: calls with more hours of talk than this.
AUDITS = {"long_talk_h": 4.0}


@dataclass(frozen=True, slots=True)
class Settings:
    """What `config/home.toml` says: the organisation, its departments with their teams, its time zone, its
    shift codes, how many megabytes may be uploaded at a time, what audits compare with, the rules of
    `etl.staff_rules`, and the language ("zh"; "" for the browser's) that pages open in.

    A shift is "HH:MM-HH:MM" (an end before the start is on the next day), "" means a day off.
    """

    organisation: str = ""
    departments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"
    shifts: dict[str, str] = field(default_factory=lambda: dict(SHIFTS))
    upload_limit_mb: int = UPLOAD_LIMIT_MB
    audits: dict[str, float] = field(default_factory=lambda: dict(AUDITS))
    leave: dict[str, str] = field(default_factory=lambda: dict(LEAVE))
    leave_codes: dict[str, LeaveCode] = field(default_factory=lambda: read_leave_codes("", {}))
    punches: dict[str, float] = field(default_factory=lambda: dict(PUNCHES))
    language: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The places inside one home folder. Naming a place creates nothing; `create` does."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def exists(self) -> bool:
        return self.path.is_dir()

    @property
    def records_url(self) -> str:
        """The database of what people type: SERVICE_KPI_RECORDS, or a file in the home."""
        return os.environ.get("SERVICE_KPI_RECORDS") or f"sqlite:///{self.path / 'records.db'}"

    @property
    def settings(self) -> Settings:
        """The settings of this home; Problem when `config/home.toml` cannot be used."""
        return read_settings(self.config / "home.toml")

    def create(self) -> None:
        """Make the folders and the key that customer identifiers are hashed with."""
        try:
            for folder in (self.config, self.snapshots):
                folder.mkdir(parents=True, exist_ok=True)
            # Beside data that were loaded with another, a new one would match no customer.
            if not any(self.snapshots.glob("*.duckdb")) and not (self.path / "customer.key").exists():
                self._make_key()
        except FileExistsError:
            if not (self.path / "customer.key").is_file():
                raise Problem(
                    str(self.path), N_("This is a file."), N_("Name a folder as the home.")
                ) from None
        except OSError as error:
            raise Problem(
                str(self.path),
                N_("The home cannot be written ({reason})."),
                N_("Give another folder with --home, or the right to write this one."),
                reason=error.strerror or error,
            ) from None

    def _make_key(self) -> None:
        """Make the key once, even when two loads start together, and whole or not at all."""
        made = self.path / f"customer.key.{secrets.token_hex(4)}"
        with open(made, "x", opener=_private) as file:
            file.write(secrets.token_hex(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(made, self.path / "customer.key")
        except OSError:  # it is there by now, or the file system has no links
            if not (self.path / "customer.key").exists():
                os.rename(made, self.path / "customer.key")
        finally:
            made.unlink(missing_ok=True)

    def customer_key(self) -> bytes:
        """The secret that customer identifiers are hashed with; it never leaves the home."""
        try:
            key = bytes.fromhex((self.path / "customer.key").read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise Problem(
                "customer.key",
                N_("The key that customer numbers are hashed with is missing or damaged."),
                N_("Restore it from a backup of the home; without it, old and new numbers do not match."),
            )
        return key


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def find_home(given: Path | None = None) -> Home:
    """The home to use: the one given, else SERVICE_KPI_HOME, else `./service-kpi-home`."""
    return Home(Path(given or os.environ.get("SERVICE_KPI_HOME") or DEFAULT_HOME).expanduser())


def read_settings(path: Path) -> Settings:
    """`path` as Settings, the defaults when there is no such file; Problem when it is faulty."""
    entries = read_entries(path)
    known = {one.name for one in fields(Settings)}
    unknown = set(entries) - known
    if unknown:
        raise Problem(
            f"config/{path.name}",
            N_("Unknown field “{field}”."),
            N_("Known are: {names}."),
            field=sorted(unknown)[0],
            names=", ".join(sorted(known)),
        )
    shifts = entries.get("shifts", {})
    if not isinstance(shifts, dict) or not all(
        isinstance(times, str) and (times == "" or is_times(times)) for times in shifts.values()
    ):
        raise Problem(
            f"config/{path.name}",
            N_("“shifts” is not a list of codes and times."),
            N_('Write it as [shifts] with lines such as A = "08:00-16:00".'),
        )
    limit = entries.get("upload_limit_mb", UPLOAD_LIMIT_MB)
    if type(limit) is not int or not 1 <= limit <= 100_000:
        raise Problem(
            f"config/{path.name}",
            N_("“upload_limit_mb” is not a number of megabytes."),
            N_("Write it as upload_limit_mb = 200."),
        )
    settings = Settings(
        str(entries.get("organisation", "")),
        _departments(path, entries.get("departments", {})),
        str(entries.get("timezone", "Asia/Shanghai")),
        SHIFTS | shifts,
        limit,
        AUDITS | _audits(path, entries.get("audits", {})),
        read_leave(f"config/{path.name}", entries.get("leave", {})),
        read_leave_codes(f"config/{path.name}", entries.get("leave_codes", {})),
        read_punches(f"config/{path.name}", entries.get("punches", {})),
        str(entries.get("language", "")),
    )
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Problem(
            f"config/{path.name}",
            N_("“{zone}” is not a time zone."),
            N_("Write it as Asia/Shanghai."),
            zone=settings.timezone,
        ) from None
    return settings


def _departments(path: Path, given: object) -> dict[str, tuple[str, ...]]:
    """The table [departments] of the settings, each with its teams; Problem when it is faulty."""
    lists = given.values() if isinstance(given, dict) else [None]
    if not all(isinstance(teams, list) and all(isinstance(one, str) for one in teams) for teams in lists):
        raise Problem(
            f"config/{path.name}",
            N_("“departments” is not a list of departments and their teams."),
            N_("Write it as [departments] with a line a department: its name and the list of its teams."),
        )
    return {name: tuple(teams) for name, teams in given.items()}


def _audits(path: Path, given: object) -> dict[str, float]:
    """The table [audits] of the settings; Problem when it is faulty."""
    if not isinstance(given, dict) or set(given) - set(AUDITS):
        raise Problem(
            f"config/{path.name}",
            N_("“audits” is not a list of numbers for the audits."),
            N_("Known are: {names}."),
            names=", ".join(AUDITS),
        )
    for name, value in given.items():
        if type(value) not in (int, float) or not 0 < value <= 24:
            raise Problem(
                f"config/{path.name}",
                N_("“{field}” is not a number of hours."),
                N_("Write it as long_talk_h = 4."),
                field=name,
            )
    return {name: float(value) for name, value in given.items()}


def read_entries(path: Path) -> dict[str, Any]:
    """The entries of a TOML file in `config/`, none where there is no file; Problem for faulty TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Problem(
            f"config/{path.name}", N_("This is not TOML: {reason}."), N_("Correct it."), reason=error
        ) from None

"""At start-up: one line for each enabled model that ends soon, or has ended without a successor, with the remedy."""

import logging
from collections.abc import Mapping
from datetime import date

import asyncpg

from app.db.database import Database, Unavailable
from app.db.queries import Query
from app.db.sentences import said

NOTICE_DAYS = 60

log = logging.getLogger(__name__)


async def report_model_retirements(database: Database, queries: Mapping[str, Query]) -> None:
    """A WARNING for each model, an ERROR where no enabled model of its service outlives it. Never stops a start."""
    query = queries["worker/list_model_retirements"]
    try:
        rows = await database.rows(query, query.arguments({"within_days": NOTICE_DAYS}), read=True)
    except (Unavailable, asyncpg.PostgresError) as error:
        log.warning("which models end soon could not be read (%s)", said(error))
        return
    for row in rows:
        sentence = sentence_of(row["provider"], row["model"], row["retires_on"], row["is_past"], row["successor"])
        log.log(logging.WARNING if row["successor"] else logging.ERROR, "%s", sentence)


def sentence_of(provider: str, model: str, retires_on: date, is_past: bool, successor: str | None) -> str:
    """Name, date and what to do about it."""
    ends = f"has not been called since {retires_on}" if is_past else f"is called until {retires_on} and not on that day"
    told = f"The model {model} of {provider} {ends}"
    if successor is None:
        return (
            f"{told}, and no enabled row of assay.ai_models for {provider} outlives it. "
            "Remedy: insert a row for its successor into assay.ai_models; it is used within seconds."
        )
    return (
        f"{told}; then {successor} does its work. Remedy: nothing, or give the model you prefer a row in "
        "assay.ai_models with a smaller rank."
    )

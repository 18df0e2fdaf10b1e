"""The reports: the contacts and referrals by which children's services were told, and what each was about.

A contact answers what an agency wrote down, and the referral that came of it answers the contact. In records
without contacts a referral answers what was written down itself.
"""

import polars as pl


def reported(events: pl.DataFrame) -> pl.DataFrame:
    """Return event_id, concern_id, concern and child_id: a row a contact or referral, and what it was about.

    concern_id: the event that was reported, directly or by way of a contact; concern and child_id: its kind,
    and the child whom it is about. Null where a report answers nothing.
    """
    answered = events.select(answers="event_id", by_way_of="kind", further="answers")
    about = events.select("child_id", concern_id="event_id", concern="kind")
    by_contact = (pl.col("by_way_of") == "contact").fill_null(False)
    return (
        events.filter(pl.col("kind").is_in(["contact", "referral"]))
        .select("event_id", "answers")
        .join(answered, on="answers", how="left")
        .select("event_id", concern_id=pl.when(by_contact).then("further").otherwise("answers"))
        .join(about, on="concern_id", how="left")
        .sort("event_id")
    )

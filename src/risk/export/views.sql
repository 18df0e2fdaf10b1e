-- The field's own tables, one row a thing and child. What was done for a home is about each of its children
-- who is born by its day and under 18 on it, as in national statistics (risk.national.flows).

CREATE VIEW chronology AS
SELECT c.child_id, e.event_id, e.occurred_on, e.recorded_on, e.shared_on, e.agency, e.kind, e.severity,
       e.disclosed_by_child, e.believed, e.finding, e.category, e.reason, e.child_id IS NULL AS about_the_home,
       e.answers, e.closes, e.household_id
FROM record.events AS e
JOIN record.children AS c USING (household_id)
WHERE (e.child_id IS NULL OR e.child_id = c.child_id)
  AND e.occurred_on >= c.born_on AND e.occurred_on < c.born_on + INTERVAL 18 YEAR
ORDER BY c.child_id, e.recorded_on, e.event_id;
COMMENT ON VIEW chronology IS 'Everything written about a child or its home, in the order in which it was written';

CREATE VIEW contacts AS
SELECT k.child_id, k.event_id AS contact_id, k.occurred_on AS contact_on, k.agency AS contact_from,
       report.kind AS concern
FROM chronology AS k LEFT JOIN record.events AS report ON report.event_id = k.answers
WHERE k.kind = 'contact';
COMMENT ON VIEW contacts IS 'Contacts with children''s services that were not taken as referrals';

CREATE VIEW referrals AS
SELECT r.child_id, r.event_id AS referral_id, r.occurred_on AS referred_on, r.agency AS referred_by,
       report.kind AS concern, outcome.kind AS outcome, outcome.occurred_on AS decided_on
FROM chronology AS r
LEFT JOIN record.events AS report ON report.event_id = r.answers
LEFT JOIN (
    SELECT answers, arg_min(kind, event_id) AS kind, arg_min(occurred_on, event_id) AS occurred_on
    FROM record.events
    WHERE kind IN ('no_further_action', 'early_help', 'assessment_started', 'strategy_discussion',
                   'emergency_protection_order')
    GROUP BY answers
) AS outcome ON outcome.answers = r.event_id
WHERE r.kind = 'referral';
COMMENT ON VIEW referrals IS 'Referrals, the concern that each passed on, and the first answer to it; null: none yet';

CREATE VIEW assessments AS
SELECT a.child_id, a.event_id AS assessment_id, a.occurred_on AS started_on, done.occurred_on AS completed_on,
       done.finding,
       (SELECT list(f.factor ORDER BY f.factor) FROM record.factors AS f WHERE f.event_id = done.event_id) AS factors
FROM chronology AS a
LEFT JOIN record.events AS done ON done.closes = a.event_id AND done.kind = 'assessment_completed'
WHERE a.kind = 'assessment_started';
COMMENT ON VIEW assessments IS 'Assessments; completed_on is null for one that is open or was never completed';

CREATE VIEW section_47_enquiries AS
SELECT q.child_id, q.event_id AS enquiry_id, discussed.occurred_on AS discussed_on, q.occurred_on AS started_on,
       conference.occurred_on AS conference_on
FROM chronology AS q
LEFT JOIN record.events AS discussed ON discussed.event_id = q.answers AND discussed.kind = 'strategy_discussion'
LEFT JOIN record.events AS conference
       ON conference.closes = q.event_id AND conference.kind = 'initial_child_protection_conference'
WHERE q.kind = 'section_47_enquiry';
COMMENT ON VIEW section_47_enquiries IS 'Enquiries under section 47, the strategy discussion before each, and its conference';

CREATE VIEW initial_child_protection_conferences AS
SELECT child_id, event_id AS conference_id, occurred_on AS held_on, finding, closes AS enquiry_id
FROM chronology WHERE kind = 'initial_child_protection_conference';
COMMENT ON VIEW initial_child_protection_conferences IS 'Initial child protection conferences; substantiated: a plan was agreed';

CREATE VIEW child_in_need_plans AS
SELECT p.child_id, p.event_id AS plan_id, p.occurred_on AS started_on, ended.occurred_on AS ended_on
FROM chronology AS p
LEFT JOIN record.events AS ended ON ended.closes = p.event_id AND ended.kind = 'child_in_need_plan_ended'
WHERE p.kind = 'child_in_need_plan_started';
COMMENT ON VIEW child_in_need_plans IS 'Child in need plans; ended_on is null where nobody wrote an end';

-- A child born into a home on a plan is on it from birth; one who was 17 (6,209 days) when it began is not on it.
CREATE VIEW child_protection_plans AS
SELECT c.child_id, p.event_id AS plan_id, greatest(p.occurred_on, c.born_on) AS started_on,
       ended.occurred_on AS ended_on, p.category,
       row_number() OVER (PARTITION BY c.child_id ORDER BY p.occurred_on, p.event_id) AS number_of_plan
FROM record.events AS p
JOIN record.children AS c USING (household_id)
LEFT JOIN record.events AS ended ON ended.closes = p.event_id AND ended.kind = 'child_protection_plan_ended'
WHERE p.kind = 'child_protection_plan_started' AND (p.child_id IS NULL OR p.child_id = c.child_id)
  AND p.occurred_on < c.born_on + 6209 AND coalesce(ended.occurred_on, DATE '9999-12-31') >= c.born_on;
COMMENT ON VIEW child_protection_plans IS 'Child protection plans; number_of_plan is 2 for a second plan in this record';

CREATE VIEW review_conferences AS
SELECT v.child_id, v.event_id AS review_id, v.occurred_on AS held_on, v.finding, v.answers AS reviewed_id,
       reviewed.kind = 'child_protection_plan_started' AS of_a_child_protection_plan
FROM chronology AS v LEFT JOIN record.events AS reviewed ON reviewed.event_id = v.answers
WHERE v.kind = 'review_conference';
COMMENT ON VIEW review_conferences IS 'Reviews of child protection plans, and of children looked after';

-- A period of care starts when a home's children leave it, and ends when they return or leave care in another way, or
-- at 18. A child born while the others are away is in it from birth.
CREATE VIEW looked_after_periods AS
WITH moves AS (
    SELECT c.child_id, c.born_on, e.event_id, greatest(e.occurred_on, c.born_on) AS occurred_on, e.kind, e.reason,
           lag(e.kind, 1, 'return_home') OVER home AS kind_before
    FROM record.events AS e
    JOIN record.children AS c USING (household_id)
    WHERE e.kind IN ('police_protection', 'emergency_protection_order', 'accommodated_s20', 'became_looked_after',
                     'care_proceedings', 'interim_care_order', 'care_order', 'return_home', 'left_care')
      AND (e.child_id IS NULL OR e.child_id = c.child_id)
    WINDOW home AS (PARTITION BY c.child_id ORDER BY e.occurred_on, e.event_id)
)
SELECT started.child_id, started.event_id AS period_id, started.occurred_on AS started_on, started.kind AS began_with,
       CASE arg_min(ended.kind, ended.event_id) WHEN 'return_home' THEN min(ended.occurred_on) END AS returned_home_on,
       CASE arg_min(ended.kind, ended.event_id) WHEN 'left_care' THEN min(ended.occurred_on) END AS left_care_on,
       CASE arg_min(ended.kind, ended.event_id) WHEN 'left_care' THEN min(ended.reason) END AS left_care_because,
       CAST(started.born_on + INTERVAL 18 YEAR AS DATE) AS turns_18_on
FROM moves AS started
LEFT JOIN moves AS ended
       ON ended.child_id = started.child_id AND ended.kind IN ('return_home', 'left_care')
      AND (ended.occurred_on, ended.event_id) > (started.occurred_on, started.event_id)
WHERE started.kind NOT IN ('return_home', 'left_care') AND started.kind_before = 'return_home'
  AND started.occurred_on < started.born_on + INTERVAL 18 YEAR
GROUP BY started.child_id, started.event_id, started.occurred_on, started.kind, started.born_on
HAVING min(ended.occurred_on) IS NULL OR min(ended.occurred_on) > started.born_on;
COMMENT ON VIEW looked_after_periods IS 'Periods of being looked after; it ends on the return home, on leaving care, or at 18, whichever is first';

-- Behavior Analytics for Java, H2 2.4 or later. The same tables as in PostgreSQL, without partial indexes.
-- H2 measures texts in UTF-16 units: 128 code points may take 256.

create table if not exists ${schema}.schema_version (
    version     integer                  primary key,
    description varchar(200)             not null,
    checksum    varchar(64),
    applied_at  timestamp(6) with time zone not null
);

-- One row for each event. lead_id is the lead that the event belongs to; identified tells whether the event itself named it.
create table if not exists ${schema}.behavior_event (
    id          uuid                     primary key,
    timestamp   timestamp(6) with time zone not null,
    recorded_at timestamp(6) with time zone not null default current_timestamp,
    "value"     double precision,
    sequence    bigint,
    identified  boolean                  not null,
    imported    boolean                  not null,
    lead_id     varchar(256),
    session_id  varchar(256),
    user_id     varchar(256),
    event_type  varchar(64)  not null,
    category    varchar(16)  not null,
    source      varchar(256) not null,
    page        json,
    properties  json,
    context     json,
    metadata    json
);
-- Query: Subjects.load, timelines
create index if not exists behavior_event_lead on ${schema}.behavior_event (lead_id, timestamp);
-- Query: Subjects.load, timelines
create index if not exists behavior_event_session on ${schema}.behavior_event (session_id, timestamp);

-- The state of each subject, and its analytics. None of the columns that change is indexed, so that updates stay in the page.
create table if not exists ${schema}.behavior_analytics (
    id                       uuid                     not null,
    version                  bigint                   not null,
    definitions_version      bigint,
    as_of                    timestamp(6) with time zone,
    due                      timestamp(6) with time zone,
    oldest_event             timestamp(6) with time zone,
    newest_event             timestamp(6) with time zone,
    packed_until             timestamp(6) with time zone,
    first_seen               timestamp(6) with time zone,
    last_activity            timestamp(6) with time zone,
    event_count              bigint                   not null,
    packed_events            bigint                   not null,
    total_events             bigint,
    visits                   bigint,
    total_time_spent         bigint,
    average_session_duration bigint,
    engagement_score         double precision,
    interest_score           double precision,
    intent_score             double precision,
    conversion_probability   double precision,
    unique_event_types       integer,
    subject                  varchar(264) primary key,
    lead_id                  varchar(256),
    session_id               varchar(256),
    behavior_pattern         varchar(32) ,
    segments                 varchar(256) array,
    tags                     varchar(256) array,
    attributes               json,
    links                    varbinary(100000000),
    memory                   varbinary(100000000),
    accumulators             varbinary(100000000),
    -- The order of code points: H2 compares texts by UTF-16 units, or by the database's collation.
    subject_place            varbinary(1056) generated always as (cast(subject as varbinary(1056)))
);
-- Query: Subjects.scan, a page
create unique index if not exists behavior_analytics_place on ${schema}.behavior_analytics (subject_place);

-- When subjects are to be decided without an event.
create table if not exists ${schema}.subject_timer (
    due           timestamp(6) with time zone not null,
    claimed_until timestamp(6) with time zone,
    subject       varchar(264) primary key,
    subject_place varbinary(1056) generated always as (cast(subject as varbinary(1056)))
);
-- Query: Subjects.claimDue
create index if not exists subject_timer_due on ${schema}.subject_timer (due, subject_place);

create table if not exists ${schema}.packed_history (
    subject         varchar(264) not null,
    chunk           integer                  not null,
    subject_version bigint                   not null,
    events          integer                  not null,
    first_event     timestamp(6) with time zone not null,
    last_event      timestamp(6) with time zone not null,
    data            varbinary(100000000)                    not null,
    primary key (subject, chunk)
);

create table if not exists ${schema}.commit_batch (
    seq          bigint generated always as identity,
    id           uuid                     not null,
    committed_at timestamp(6) with time zone not null default current_timestamp,
    host         varchar(200)             not null,
    outcomes     json,
    primary key (id, host)
);
-- Query: Upkeep.forget
create index if not exists commit_batch_seq on ${schema}.commit_batch (seq);

-- Who is in which segment now, and every entry and exit.
create table if not exists ${schema}.segment_membership (
    segment_id uuid                     not null,
    entered_at timestamp(6) with time zone not null,
    subject    varchar(264) not null,
    subject_place varbinary(1056) generated always as (cast(subject as varbinary(1056))),
    primary key (segment_id, subject)
);
-- Query: Ledger.members
create unique index if not exists segment_membership_place on ${schema}.segment_membership (segment_id, subject_place);
create table if not exists ${schema}.membership_change (
    seq             bigint generated always as identity primary key,
    segment_id      uuid                     not null,
    segment_version bigint                   not null,
    effective_at    timestamp(6) with time zone not null,
    decided_at      timestamp(6) with time zone not null,
    entered         boolean                  not null,
    subject         varchar(264) not null,
    segment_key     varchar(256) not null,
    cause           json                    not null
);
-- Query: Ledger.memberships, of a subject
create index if not exists membership_change_subject on ${schema}.membership_change (subject, seq);
-- Query: Ledger.memberships, of a segment
create index if not exists membership_change_segment on ${schema}.membership_change (segment_id, seq);

create table if not exists ${schema}.trigger_execution (
    seq             bigint generated always as identity,
    id              uuid                     primary key,
    trigger_id      uuid                     not null,
    trigger_version bigint                   not null,
    came_true_at    timestamp(6) with time zone not null,
    executed_at     timestamp(6) with time zone not null,
    subject         varchar(264) not null,
    lead_id         varchar(256),
    trigger_key     varchar(256) not null,
    actions         json                    not null,
    context         json                    not null
);
-- Query: Ledger.executions, all
create index if not exists trigger_execution_seq on ${schema}.trigger_execution (seq);
-- Query: Ledger.executions, of a trigger
create index if not exists trigger_execution_trigger on ${schema}.trigger_execution (trigger_id, seq);
-- Query: Ledger.executions, of a subject
create index if not exists trigger_execution_subject on ${schema}.trigger_execution (subject, seq);

create table if not exists ${schema}.skip_log (
    seq             bigint generated always as identity primary key,
    trigger_id      uuid                     not null,
    trigger_version bigint                   not null,
    came_true_at    timestamp(6) with time zone not null,
    decided_at      timestamp(6) with time zone not null,
    subject         varchar(264) not null,
    trigger_key     varchar(256) not null,
    reason          varchar(32)  not null
);
-- Query: Ledger.skips, of a subject
create index if not exists skip_log_subject on ${schema}.skip_log (subject, seq);

create table if not exists ${schema}.scheduled_action (
    id            uuid                     primary key,
    execution_id  uuid                     not null,
    trigger_id    uuid                     not null,
    token         bigint                   not null default 0,
    delay         bigint                   not null,
    due_at        timestamp(6) with time zone not null,
    not_before    timestamp(6) with time zone not null,
    claimed_until timestamp(6) with time zone,
    settled_at    timestamp(6) with time zone,
    cancelled_at  timestamp(6) with time zone,
    priority      integer                  not null,
    attempts      integer                  not null default 0,
    status        varchar(16)  not null default 'pending',
    cancellation  varchar(16) ,
    action        varchar(64)  not null,
    action_id     varchar(256),
    trigger_key   varchar(256) not null,
    subject       varchar(264) not null,
    cause         varchar(1000000)                     not null,
    last_error    varchar(1000000),
    parameters    json                     not null
);
-- Query: Queue.claim
create index if not exists scheduled_action_pending on ${schema}.scheduled_action (status, action, not_before, priority desc, id);
-- Query: Store.commit, that links a session
create index if not exists scheduled_action_subject on ${schema}.scheduled_action (subject);
-- Query: Queue.list
create index if not exists scheduled_action_status on ${schema}.scheduled_action (status, id);
-- Query: Upkeep.forget
create index if not exists scheduled_action_settled on ${schema}.scheduled_action (settled_at);

-- How many actions were claimed in a minute of the database's clock.
create table if not exists ${schema}.claim_rate (
    name    varchar(64) primary key,
    in_minute bigint   not null,
    claimed bigint      not null
);

merge into ${schema}.claim_rate (name, in_minute, claimed) key (name) select 'actions', 0, 0 where not exists (select 1 from ${schema}.claim_rate);

-- The hosts that carry out actions; each lives until expires_at.
create table if not exists ${schema}.host (
    instance   uuid                     primary key,
    last_seen  timestamp(6) with time zone not null,
    expires_at timestamp(6) with time zone not null,
    name       varchar(200) not null unique,
    executors  varchar(256) array       not null
);

-- Every version of every definition; the newest also stands in its own table.
create table if not exists ${schema}.definition_version (
    kind       varchar(32)  not null,
    id         uuid                     not null,
    version    bigint                   not null,
    saved_at   timestamp(6) with time zone not null default current_timestamp,
    deleted    boolean                  not null,
    definition_key varchar(256) not null,
    definition varchar(1000000)                     not null,
    primary key (kind, id, version)
);
create table if not exists ${schema}.definitions (
    id      integer primary key,
    version bigint  not null
);
merge into ${schema}.definitions (id, version) key (id) select 1, 0 where not exists (select 1 from ${schema}.definitions);

create table if not exists ${schema}.behavioral_segment (
    id              uuid                     primary key,
    version         bigint                   not null,
    created_at      timestamp(6) with time zone not null default current_timestamp,
    updated_at      timestamp(6) with time zone not null default current_timestamp,
    last_calculated timestamp(6) with time zone,
    lead_count      bigint                   not null default 0,
    is_public       boolean                  not null default false,
    definition_key  varchar(256) not null unique,
    name            varchar(1000000),
    description     varchar(1000000),
    type            varchar(1000000),
    status          varchar(1000000),
    criteria        json,
    tags            varchar(256) array not null default array[]
);
create table if not exists ${schema}.behavioral_trigger (
    id              uuid                     primary key,
    version         bigint                   not null,
    last_triggered  timestamp(6) with time zone,
    trigger_count   bigint                   not null default 0,
    cooldown        bigint,
    priority        bigint,
    definition_key  varchar(256) not null unique,
    name            varchar(1000000),
    description     varchar(1000000),
    event           varchar(1000000),
    status          varchar(1000000),
    conditions      json,
    actions         json,
    target_segments varchar(256) array not null default array[]
);

merge into ${schema}.schema_version (version, description, applied_at) key (version) values (1, 'tables', current_timestamp);

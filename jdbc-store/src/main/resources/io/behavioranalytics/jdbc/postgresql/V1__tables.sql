-- Behavior Analytics for Java, PostgreSQL 13 or later. Fixed-width columns stand first.
-- Ids are compared byte by byte whatever the database's collation: collate "C".

create table if not exists ${schema}.schema_version (
    version     integer                  primary key,
    description varchar(200)             not null,
    checksum    varchar(64),
    applied_at  timestamp with time zone not null
);

-- One row for each event. recorded_at is when its transaction began: a default that is volatile has COPY insert row by row. lead_id is the lead that the event belongs to; identified tells whether the event itself named it.
create table if not exists ${schema}.behavior_event (
    id          uuid                     primary key,
    timestamp   timestamp with time zone not null,
    recorded_at timestamp with time zone not null default current_timestamp,
    "value"     double precision,
    sequence    bigint,
    identified  boolean                  not null,
    imported    boolean                  not null,
    lead_id     varchar(128) collate "C",
    session_id  varchar(128) collate "C",
    user_id     varchar(128) collate "C",
    event_type  varchar(64)  collate "C" not null,
    category    varchar(16)  collate "C" not null,
    source      varchar(128) collate "C" not null,
    page        jsonb,
    properties  jsonb,
    context     jsonb,
    metadata    jsonb
);
-- Query: Subjects.load, timelines
create index if not exists behavior_event_lead on ${schema}.behavior_event (lead_id, timestamp) where lead_id is not null;
-- Query: Subjects.load, timelines
create index if not exists behavior_event_session on ${schema}.behavior_event (session_id, timestamp) where lead_id is null;

-- The state of each subject, and its analytics. None of the columns that change is indexed, so that updates stay in the page.
create table if not exists ${schema}.behavior_analytics (
    id                       uuid                     not null,
    version                  bigint                   not null,
    definitions_version      bigint,
    as_of                    timestamp with time zone,
    due                      timestamp with time zone,
    oldest_event             timestamp with time zone,
    newest_event             timestamp with time zone,
    packed_until             timestamp with time zone,
    first_seen               timestamp with time zone,
    last_activity            timestamp with time zone,
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
    subject                  varchar(136) collate "C" primary key,
    lead_id                  varchar(128) collate "C",
    session_id               varchar(128) collate "C",
    behavior_pattern         varchar(32)  collate "C",
    segments                 text[],
    tags                     text[],
    attributes               json,
    links                    bytea,
    memory                   bytea,
    accumulators             bytea
) with (fillfactor = 80);

-- When subjects are to be decided without an event.
create table if not exists ${schema}.subject_timer (
    due           timestamp with time zone not null,
    claimed_until timestamp with time zone,
    subject       varchar(136) collate "C" primary key
);
-- Query: Subjects.claimDue
create index if not exists subject_timer_due on ${schema}.subject_timer (due, subject);

create table if not exists ${schema}.packed_history (
    subject         varchar(136) collate "C" not null,
    chunk           integer                  not null,
    subject_version bigint                   not null,
    events          integer                  not null,
    first_event     timestamp with time zone not null,
    last_event      timestamp with time zone not null,
    data            bytea                    not null,
    primary key (subject, chunk)
);
alter table ${schema}.packed_history alter column data set storage external;

create table if not exists ${schema}.commit_batch (
    seq          bigint generated always as identity,
    id           uuid                     not null,
    committed_at timestamp with time zone not null default clock_timestamp(),
    host         varchar(200) collate "C" not null,
    outcomes     jsonb,
    primary key (id, host)
);
-- Query: Upkeep.forget
create index if not exists commit_batch_seq on ${schema}.commit_batch (seq);

-- Who is in which segment now, and every entry and exit.
create table if not exists ${schema}.segment_membership (
    segment_id uuid                     not null,
    entered_at timestamp with time zone not null,
    subject    varchar(136) collate "C" not null,
    primary key (segment_id, subject)
);
create table if not exists ${schema}.membership_change (
    seq             bigint generated always as identity primary key,
    segment_id      uuid                     not null,
    segment_version bigint                   not null,
    effective_at    timestamp with time zone not null,
    decided_at      timestamp with time zone not null,
    entered         boolean                  not null,
    subject         varchar(136) collate "C" not null,
    segment_key     varchar(256) collate "C" not null,
    cause           jsonb                    not null
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
    came_true_at    timestamp with time zone not null,
    executed_at     timestamp with time zone not null,
    subject         varchar(136) collate "C" not null,
    lead_id         varchar(128) collate "C",
    trigger_key     varchar(256) collate "C" not null,
    actions         jsonb                    not null,
    context         jsonb                    not null
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
    came_true_at    timestamp with time zone not null,
    decided_at      timestamp with time zone not null,
    subject         varchar(136) collate "C" not null,
    trigger_key     varchar(256) collate "C" not null,
    reason          varchar(32)  collate "C" not null
);
-- Query: Ledger.skips, of a subject
create index if not exists skip_log_subject on ${schema}.skip_log (subject, seq);

create table if not exists ${schema}.scheduled_action (
    id            uuid                     primary key,
    execution_id  uuid                     not null,
    trigger_id    uuid                     not null,
    token         bigint                   not null default 0,
    delay         bigint                   not null,
    due_at        timestamp with time zone not null,
    not_before    timestamp with time zone not null,
    claimed_until timestamp with time zone,
    settled_at    timestamp with time zone,
    cancelled_at  timestamp with time zone,
    priority      integer                  not null,
    attempts      integer                  not null default 0,
    status        varchar(16)  collate "C" not null default 'pending',
    cancellation  varchar(16)  collate "C",
    action        varchar(64)  collate "C" not null,
    action_id     varchar(128) collate "C",
    trigger_key   varchar(256) collate "C" not null,
    subject       varchar(136) collate "C" not null,
    cause         text                     not null,
    last_error    text,
    parameters    json                     not null
);
-- Query: Queue.claim
create index if not exists scheduled_action_pending on ${schema}.scheduled_action (action, not_before, priority desc, id) where status = 'pending';
-- Query: Queue.claim
create index if not exists scheduled_action_leased on ${schema}.scheduled_action (claimed_until) where status in ('claimed', 'running');
-- Query: Store.commit, that links a session
create index if not exists scheduled_action_subject on ${schema}.scheduled_action (subject) where status in ('pending', 'claimed', 'running', 'dead');
-- Query: Queue.list
create index if not exists scheduled_action_status on ${schema}.scheduled_action (status, id);
-- Query: Upkeep.forget
create index if not exists scheduled_action_settled on ${schema}.scheduled_action (settled_at) where status in ('done', 'cancelled');

-- How many actions were claimed in a minute of the database's clock.
create table if not exists ${schema}.claim_rate (
    name    varchar(64) primary key,
    in_minute bigint   not null,
    claimed bigint      not null
);

insert into ${schema}.claim_rate (name, in_minute, claimed) values ('actions', 0, 0) on conflict do nothing;

-- The hosts that carry out actions; each lives until expires_at.
create table if not exists ${schema}.host (
    instance   uuid                     primary key,
    last_seen  timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    name       varchar(200) collate "C" not null unique,
    executors  text[]                   not null
);

-- Every version of every definition; the newest also stands in its own table.
create table if not exists ${schema}.definition_version (
    kind       varchar(32)  collate "C" not null,
    id         uuid                     not null,
    version    bigint                   not null,
    saved_at   timestamp with time zone not null default clock_timestamp(),
    deleted    boolean                  not null,
    definition_key varchar(256) collate "C" not null,
    definition text                     not null,
    primary key (kind, id, version)
);
create table if not exists ${schema}.definitions (
    id      integer primary key,
    version bigint  not null
);
insert into ${schema}.definitions (id, version) values (1, 0) on conflict do nothing;

create table if not exists ${schema}.behavioral_segment (
    id              uuid                     primary key,
    version         bigint                   not null,
    created_at      timestamp with time zone not null default clock_timestamp(),
    updated_at      timestamp with time zone not null default clock_timestamp(),
    last_calculated timestamp with time zone,
    lead_count      bigint                   not null default 0,
    is_public       boolean                  not null default false,
    definition_key  varchar(256) collate "C" not null unique,
    name            text,
    description     text,
    type            text,
    status          text,
    criteria        jsonb,
    tags            text[]                   not null default '{}'
);
create table if not exists ${schema}.behavioral_trigger (
    id              uuid                     primary key,
    version         bigint                   not null,
    last_triggered  timestamp with time zone,
    trigger_count   bigint                   not null default 0,
    cooldown        bigint,
    priority        bigint,
    definition_key  varchar(256) collate "C" not null unique,
    name            text,
    description     text,
    event           text,
    status          text,
    conditions      jsonb,
    actions         jsonb,
    target_segments text[]                   not null default '{}'
);

insert into ${schema}.schema_version (version, description, applied_at) values (1, 'tables', clock_timestamp()) on conflict do nothing;

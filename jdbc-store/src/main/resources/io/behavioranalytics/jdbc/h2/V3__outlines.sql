-- Packed histories in two tables: the outlines, which reports read from end to end, and the details. What was packed before is packed
-- anew from the events, which are all still there.

update ${schema}.behavior_analytics set packed_until = null, packed_events = 0 where packed_events > 0;
drop table if exists ${schema}.packed_history;
create table ${schema}.packed_history (
    first_event timestamp(6) with time zone not null,
    last_event  timestamp(6) with time zone not null,
    chunk       integer not null,
    events      integer not null,
    subject     varchar(264) not null,
    outline     varbinary(100000000) not null,
    primary key (subject, chunk)
);
create table if not exists ${schema}.packed_detail (
    chunk       integer not null,
    subject     varchar(264) not null,
    detail      varbinary(100000000) not null,
    primary key (subject, chunk)
);

merge into ${schema}.schema_version (version, description, applied_at) key (version) values (3, 'outlines', current_timestamp);

-- Experiments, and who was exposed to them. The same tables as in PostgreSQL.

create table if not exists ${schema}.behavior_experiment (
    id                 uuid                     primary key,
    version            bigint                   not null,
    start_date         timestamp(6) with time zone,
    end_date           timestamp(6) with time zone,
    definition_key     varchar(256) not null unique,
    name               varchar(1000000),
    description        varchar(1000000),
    type               varchar(1000000),
    status             varchar(1000000),
    hypothesis         varchar(1000000),
    success_metrics    varchar(256) array not null default array[],
    target_segments    varchar(256) array not null default array[],
    traffic_allocation json,
    variants           json
);

-- The first exposure of a subject to an experiment; exposed_at is the decision instant.
create table if not exists ${schema}.experiment_exposure (
    experiment_id      uuid                     not null,
    experiment_version bigint                   not null,
    exposed_at         timestamp(6) with time zone not null,
    bucket_version     integer                  not null,
    phase              integer                  not null,
    band               integer                  not null,
    subject            varchar(264) not null,
    subject_place      varbinary(1056) generated always as (cast(subject as varbinary(1056))),
    variant            varchar(64)  not null,
    primary key (experiment_id, bucket_version, subject)
);
-- Query: Exposures.visitExposures
create unique index if not exists experiment_exposure_place on ${schema}.experiment_exposure (experiment_id, bucket_version, subject_place);
-- Query: Exposures.of
create index if not exists experiment_exposure_subject on ${schema}.experiment_exposure (subject);

-- When a subject was first shown another variant than that of its first exposure.
create table if not exists ${schema}.experiment_crossover (
    experiment_id      uuid                     not null,
    experiment_version bigint                   not null,
    exposed_at         timestamp(6) with time zone not null,
    bucket_version     integer                  not null,
    phase              integer                  not null,
    band               integer                  not null,
    subject            varchar(264) not null,
    subject_place      varbinary(1056) generated always as (cast(subject as varbinary(1056))),
    variant            varchar(64)  not null,
    primary key (experiment_id, bucket_version, subject, variant)
);

merge into ${schema}.schema_version (version, description, applied_at) key (version) values (2, 'experiments', current_timestamp);

-- Experiments, and who was exposed to them. Fixed-width columns stand first.

create table if not exists ${schema}.behavior_experiment (
    id                 uuid                     primary key,
    version            bigint                   not null,
    start_date         timestamp with time zone,
    end_date           timestamp with time zone,
    definition_key     varchar(256) collate "C" not null unique,
    name               text,
    description        text,
    type               text,
    status             text,
    hypothesis         text,
    success_metrics    text[]                   not null default '{}',
    target_segments    text[]                   not null default '{}',
    traffic_allocation jsonb,
    variants           jsonb
);

-- The first exposure of a subject to an experiment; exposed_at is the decision instant.
create table if not exists ${schema}.experiment_exposure (
    experiment_id      uuid                     not null,
    experiment_version bigint                   not null,
    exposed_at         timestamp with time zone not null,
    bucket_version     integer                  not null,
    phase              integer                  not null,
    band               integer                  not null,
    subject            varchar(136) collate "C" not null,
    variant            varchar(64)  collate "C" not null,
    primary key (experiment_id, bucket_version, subject)
);
-- Query: Exposures.of
create index if not exists experiment_exposure_subject on ${schema}.experiment_exposure (subject);

-- When a subject was first shown another variant than that of its first exposure.
create table if not exists ${schema}.experiment_crossover (
    experiment_id      uuid                     not null,
    experiment_version bigint                   not null,
    exposed_at         timestamp with time zone not null,
    bucket_version     integer                  not null,
    phase              integer                  not null,
    band               integer                  not null,
    subject            varchar(136) collate "C" not null,
    variant            varchar(64)  collate "C" not null,
    primary key (experiment_id, bucket_version, subject, variant)
);

insert into ${schema}.schema_version (version, description, applied_at) values (2, 'experiments', clock_timestamp()) on conflict do nothing;

-- Firings by their decision instants, as reports read them.

-- Query: Ledger.visitOutcomes
create index if not exists trigger_execution_executed on ${schema}.trigger_execution (executed_at, id);

insert into ${schema}.schema_version (version, description, applied_at) values (4, 'executions', clock_timestamp()) on conflict do nothing;

-- Firings by their decision instants, as reports read them.

-- Query: Ledger.visitOutcomes
create index if not exists trigger_execution_executed on ${schema}.trigger_execution (executed_at, id);

merge into ${schema}.schema_version (version, description, applied_at) key (version) values (4, 'executions', current_timestamp);

-- One row for each call, kept for trace.days.
create table trace (
  call  bigint      not null constraint trace_pk primary key,
  at    timestamptz not null,
  steps text        not null
);
create index trace_at on trace using brin (at);

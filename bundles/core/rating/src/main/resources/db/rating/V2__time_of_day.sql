-- Rates of certain hours stand in a table of their own: a release that knows no periods goes on with the others, by its own key.
alter table tariff
  add column time_zone text not null default 'UTC',
  add column time_of_day text not null default 'AT_INCREMENT_START';

create table rate_period (
  tariff        integer not null references tariff on delete cascade,
  prefix        text collate "C" not null,
  price_1       numeric(38, 20) not null,
  price_n       numeric(38, 20) not null,
  interval_1    integer not null,
  interval_n    integer not null,
  forbidden     boolean not null,
  grace_enabled boolean not null,
  activation    timestamptz not null default '-infinity',
  expiration    timestamptz not null default 'infinity',
  period        text not null,
  primary key (tariff, prefix, activation, period)
);

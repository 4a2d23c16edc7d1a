create sequence tariff_id as integer;
create sequence plan_id as integer;

create table tariff (
  id                  integer primary key,
  customer            integer not null,
  version             integer not null,
  name                text not null,
  currency            text not null,
  connect_fee         numeric(38, 20) not null,
  free_seconds        integer not null,
  post_call_surcharge numeric(38, 20) not null,
  grace_period        integer not null,
  cost_round_up       boolean not null,
  decimal_precision   integer not null,
  average_duration    integer not null,
  on_net              text not null,
  constraint tariff_name unique (customer, name)
);

create table rate (
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
  primary key (tariff, prefix, activation)
);

create table plan (
  id       integer primary key,
  customer integer not null,
  version  integer not null,
  name     text not null,
  tariff   integer not null,
  rounding text not null,
  assigned boolean not null default false,
  constraint plan_name unique (customer, name),
  constraint plan_tariff foreign key (tariff) references tariff
);

create sequence carrier_id as integer;
create sequence routing_group_id as integer;
create sequence route_entry_id as integer;

create table carrier (
  id                  integer primary key,
  customer            integer not null,
  version             integer not null,
  name                text not null,
  address             text not null,
  transport           text not null,
  username            text,
  password            bytea, -- sealed with keys/carriers.key
  cld_translation     text,
  cli_translation     text,
  capacity            integer not null,
  tariff              integer,
  rounding            text not null,
  reply_timeout       integer not null,
  provisional_timeout integer not null,
  answer_timeout      integer not null,
  stop_codes          text not null,
  blocked             boolean not null,
  constraint carrier_name unique (customer, name)
);

create table routing_group (
  id       integer primary key,
  customer integer not null,
  version  integer not null,
  name     text not null,
  policy   text not null,
  constraint routing_group_name unique (customer, name)
);

create table route_entry (
  id            integer primary key,
  routing_group integer not null references routing_group on delete cascade,
  carrier       integer not null,
  prefixes      text[] not null,
  preference    integer not null,
  position      integer not null,
  blocked       boolean not null,
  constraint route_entry_carrier foreign key (carrier) references carrier
);

create index route_entry_of_group on route_entry (routing_group);
create index route_entry_of_carrier on route_entry (carrier);

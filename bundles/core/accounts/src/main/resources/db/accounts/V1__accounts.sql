create sequence account_id as integer minvalue 1 no cycle;

create table account (
  id integer primary key,
  customer integer not null,
  version integer not null,
  name varchar(64) not null,
  voip_login varchar(64) not null,
  plan integer not null,
  currency varchar(3) not null,
  credit_limit numeric(38, 20) not null check (credit_limit >= 0),
  routing_group integer,
  time_zone varchar(64) not null,
  language varchar(2) not null,
  batch_tag varchar(64),
  description varchar(4000),
  lifetime_days integer not null,
  blocked boolean not null,
  first_use timestamptz,
  created timestamptz not null,
  created_by varchar(256) not null,
  updated timestamptz not null,
  updated_by varchar(256) not null,
  last_login timestamptz,
  last_password_change timestamptz,
  web_password varchar(256) not null,
  voip_sealed bytea not null,
  voip_key varchar(64) not null,
  constraint account_name_of_customer unique (customer, name),
  -- One realm per switch: two accounts cannot share an address of record, whoever owns them.
  constraint account_name unique (name),
  constraint account_voip_login unique (voip_login)
);

create index account_batch_tag on account (customer, batch_tag) where batch_tag is not null;
create index account_voip_key on account (voip_key, id);

comment on column account.version is 'grows with every change of properties; not with first use';
comment on column account.voip_sealed is 'VoIP password and its HA1s, AES-256-GCM under key voip_key of keys/';

-- One document per account and feature; fields that this version does not know stay in it.
create table settings (
  account integer not null references account (id) on delete cascade,
  feature varchar(64) not null,
  schema_version integer not null,
  document jsonb not null check (jsonb_typeof(document) = 'object'),
  primary key (account, feature)
);

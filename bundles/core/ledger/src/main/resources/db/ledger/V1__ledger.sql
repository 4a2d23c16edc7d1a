-- Everything about money: balances, double entry, payments, CDRs, and the journal of calls that are up.
-- Amounts are numeric(38,20), as Money; prices keep the digits they were typed with.
-- Months of entry and cdr are made ahead by the ledger at its start and once a day; the default partitions
-- are there so that no row is ever refused for want of one.

create table balance (
  payer_kind text not null,
  payer_id integer not null,
  currency text not null,
  main boolean not null,
  balance numeric(38, 20) not null default 0,
  credit_limit numeric(38, 20) not null default 0,
  version bigint not null default 1,
  constraint balance_pk primary key (payer_kind, payer_id, currency),
  constraint balance_limit_not_negative check (credit_limit >= 0)
);
create unique index balance_main on balance (payer_kind, payer_id) where main;

-- One row per leg; the legs of one id sum to zero. Never updated, never deleted.
create table entry (
  id bigint not null,
  leg smallint not null,
  time timestamptz not null,
  party text not null,
  party_id integer not null,
  amount numeric(38, 20) not null,
  currency text not null,
  call bigint,
  payment integer,
  constraint entry_pk primary key (id, leg, time)
) partition by range (time);
create table entry_default partition of entry default;
create index entry_party on entry (party, party_id, time);
create index entry_call on entry (call) where call is not null;

create sequence payment_id as integer;
create table payment (
  id integer not null default nextval('payment_id'),
  payer_kind text not null,
  payer_id integer not null,
  kind text not null,
  amount numeric(38, 20) not null,
  currency text not null,
  notes text not null,
  time timestamptz not null,
  by_login text not null,
  balance_after numeric(38, 20) not null,
  idempotency_key text,
  constraint payment_pk primary key (id),
  constraint payment_once unique (payer_kind, payer_id, idempotency_key)
);
create index payment_of_payer on payment (payer_kind, payer_id, id);

-- One row per payer of a call; payer_kind NONE with id 0 where nobody could be found to pay.
-- (call, payer) is the key under which a charge happens once. share tells apart two legs that one payer
-- pays for; setup_time is in the key only because the table is partitioned by it, and is the call's own.
create sequence cdr_seq;
create table cdr (
  seq bigint not null default nextval('cdr_seq'),
  id bigint not null,
  call bigint not null,
  share smallint not null,
  sip_call_id text not null,
  customer integer,
  caller integer,
  callee integer,
  carrier integer,
  cli_in text not null,
  cld_in text not null,
  cli text not null,
  cld text not null,
  setup_time timestamptz not null,
  remote_ip text not null,
  user_agent text,
  connect_time timestamptz,
  end_time timestamptz not null,
  duration_ns bigint not null,
  result integer not null,
  reason text not null,
  release_source text not null,
  ringing_ns bigint,
  payer_kind text not null,
  payer_id integer not null,
  tariff integer,
  prefix text,
  currency text,
  price1 numeric,
  price_n numeric,
  interval1 integer,
  interval_n integer,
  connect_fee numeric,
  free_seconds integer,
  grace_seconds integer,
  surcharge numeric,
  cost_precision integer,
  cost_round_up boolean,
  duration_rounding text,
  average_duration integer,
  billed_seconds bigint not null,
  cost numeric(38, 20),
  crashed boolean not null,
  constraint cdr_once unique (call, payer_kind, payer_id, share, setup_time)
) partition by range (setup_time);
create table cdr_default partition of cdr default;
create index cdr_setup on cdr (setup_time);
create index cdr_payer on cdr (payer_kind, payer_id, setup_time);
create index cdr_cursor_order on cdr (seq);

-- How far each CDR sink has got: it has every row up to seq.
create table cdr_cursor (
  sink text not null,
  seq bigint not null,
  time timestamptz not null,
  constraint cdr_cursor_pk primary key (sink)
);

-- One row per start of the process; the heartbeat says how long it was alive.
create table boot (
  id text not null,
  node smallint not null,
  started timestamptz not null,
  heartbeat timestamptz not null,
  constraint boot_pk primary key (id)
);

-- Calls that are up (connect_time set), and calls in set-up that were handed over when the ledger was
-- replaced (connect_time null, facts null). A row goes in the transaction that settles its call.
create table journal (
  call bigint not null,
  boot text not null,
  node smallint not null,
  connect_time timestamptz,
  granted bigint not null,
  next_slice bigint not null,
  sip_call_id text,
  customer integer,
  caller integer,
  callee integer,
  carrier integer,
  cli_in text,
  cld_in text,
  cli text,
  cld text,
  setup_time timestamptz,
  remote_ip text,
  user_agent text,
  constraint journal_pk primary key (call)
) with (fillfactor = 70);

create table journal_share (
  call bigint not null,
  position smallint not null,
  payer_kind text not null,
  payer_id integer not null,
  limited boolean not null,
  tariff integer,
  prefix text,
  currency text,
  price1 numeric,
  price_n numeric,
  interval1 integer,
  interval_n integer,
  connect_fee numeric,
  free_seconds integer,
  grace_seconds integer,
  surcharge numeric,
  cost_precision integer,
  cost_round_up boolean,
  duration_rounding text,
  average_duration integer,
  constraint journal_share_pk primary key (call, position)
) with (fillfactor = 70);

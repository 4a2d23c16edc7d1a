create table "order" (
  id int generated always as identity primary key,
  "Mixed Case" text,
  bytes bytea,
  document jsonb,
  at timestamptz not null default now(),
  amount numeric(20, 8),
  doubled numeric generated always as (amount * 2) stored
);
-- Sorted by name the child comes first.
create table a_child (id int primary key, parent int not null references "order" (id));
create table a_tree (id int primary key, above int references a_tree);
create sequence number start 1000 increment 5;
create table seed (word text primary key);
insert into seed values ('made by the migration');
create table ledger (id bigint not null, at date not null, amount numeric not null, primary key (at, id)) partition by range (at);
create table ledger_2026_11 partition of ledger for values from ('2026-11-01') to ('2026-12-01');
create table touched (what text);
create function append_only() returns trigger language plpgsql as $$ begin
  if tg_op = 'INSERT' then insert into third.touched values ('insert'); return new; end if;
  raise exception 'append only';
end $$;
create trigger ledger_append_only before insert or update or delete on ledger for each row execute function append_only();

-- V6 lets rows from before be: whoever reads one of NaN fails, a CDR sink for ever, and every update of it is refused. They are set right
-- here, and stand in unreadable as they were. Nothing but an amount written by hand can be such a row.
create table unreadable (
  found timestamptz not null default now(),
  source text not null,
  contents jsonb not null
);

-- Who pays, and when, is known; the price is not. What was charged is, where it is a number: it was booked.
insert into unreadable (source, contents) select 'cdr', to_jsonb(c) from cdr c
  where cost = 'NaN' or abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';
update cdr set price1 = null, price_n = null, connect_fee = null, surcharge = null
  where abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';
update cdr set cost = null where cost = 'NaN';

-- A call whose price nobody knows costs nothing.
insert into unreadable (source, contents) select 'journal_share', to_jsonb(s) from journal_share s
  where abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';
update journal_share set price1 = 0, price_n = 0, connect_fee = 0, surcharge = 0
  where abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';

-- The legs of an entry sum to zero: one says what the other was. Where neither does, both go.
insert into unreadable (source, contents) select 'entry', to_jsonb(e) from entry e where id in (select id from entry where amount = 'NaN');
update entry e set amount = -o.amount from entry o where e.amount = 'NaN' and o.id = e.id and o.leg <> e.leg and o.amount <> 'NaN';
delete from entry where id in (select id from entry where amount = 'NaN');

-- What a payment was its payer's entry tells: it stays, with its key, for it must not be made again; so does one of which only the balance after it is
-- unknown. One whose amount nobody knows goes.
insert into unreadable (source, contents) select 'payment', to_jsonb(p) from payment p where amount = 'NaN' or balance_after = 'NaN';
delete from payment p where amount = 'NaN' and not exists (select 1 from entry e
  where e.payment = p.id and e.party = p.payer_kind and e.party_id = p.payer_id and e.currency = p.currency);
-- Both at once: a row of which one is still NaN is refused.
update payment p set
  amount = case when amount <> 'NaN' then amount else (select sum(case p.kind when 'DEBIT' then -e.amount else e.amount end) from entry e
    where e.payment = p.id and e.party = p.payer_kind and e.party_id = p.payer_id and e.currency = p.currency) end,
  balance_after = case when balance_after <> 'NaN' then balance_after else coalesce((select sum(e.amount) from entry e
    where e.party = p.payer_kind and e.party_id = p.payer_id and e.currency = p.currency and (e.time < p.time or e.time = p.time
      and e.id <= coalesce((select max(o.id) from entry o where o.payment = p.id and o.time = p.time), e.id))), 0) end
  where amount = 'NaN' or balance_after = 'NaN';

-- A balance is the sum of its payer's entries: one that cannot be read, and one of whose entries some went.
with sums as (
  select b.payer_kind, b.payer_id, b.currency, coalesce((select sum(e.amount) from entry e
      where e.party = b.payer_kind and e.party_id = b.payer_id and e.currency = b.currency), 0) as balance
    from balance b
    where b.balance = 'NaN' or b.credit_limit = 'NaN' or exists (select 1 from unreadable u where u.source = 'entry' and u.contents ->> 'party' = b.payer_kind
      and (u.contents ->> 'party_id')::integer = b.payer_id and u.contents ->> 'currency' = b.currency)
), wrong as (
  select b as row_before, s.balance from sums s join balance b using (payer_kind, payer_id, currency) where b.balance <> s.balance or b.credit_limit = 'NaN'
), kept as (
  insert into unreadable (source, contents) select 'balance', to_jsonb(row_before) from wrong
)
update balance b set version = version + 1, credit_limit = case when credit_limit = 'NaN' then 0 else credit_limit end, balance = w.balance
  from wrong w where b.payer_kind = (w.row_before).payer_kind and b.payer_id = (w.row_before).payer_id and b.currency = (w.row_before).currency;

alter table balance validate constraint balance_numbers;
alter table payment validate constraint payment_numbers;
alter table entry validate constraint entry_numbers;
alter table cdr validate constraint cdr_numbers;
alter table journal_share validate constraint journal_share_numbers;

do $$
declare
  rows bigint := (select count(*) from unreadable);
begin
  if rows > 0 then
    raise warning '% rows of the ledger held amounts that are no numbers and were set right; as they were they stand in ledger.unreadable', rows;
  end if;
end
$$;

-- V6 lets rows from before be: whoever reads one of NaN fails, a CDR sink for ever, and every update of it is refused. They are set right
-- here, and stand in unreadable as they were. Nothing but an amount written by hand can be such a row.
create table unreadable (
  found timestamptz not null default now(),
  source text not null,
  contents jsonb not null
);

-- Who pays, and when, is known; the price is not. A CDR without a rate has no cost either.
insert into unreadable (source, contents) select 'cdr', to_jsonb(c) from cdr c
  where cost = 'NaN' or abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';
update cdr set price1 = null, price_n = null, connect_fee = null, surcharge = null, cost = null
  where abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';
update cdr set cost = null where cost = 'NaN';

-- A call whose price nobody knows costs nothing.
insert into unreadable (source, contents) select 'journal_share', to_jsonb(s) from journal_share s
  where abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';
update journal_share set price1 = 0, price_n = 0, connect_fee = 0, surcharge = 0
  where abs(price1) >= 'Infinity' or abs(price_n) >= 'Infinity' or abs(connect_fee) >= 'Infinity' or abs(surcharge) >= 'Infinity';

-- All legs of an entry go, or the books would not sum to zero.
insert into unreadable (source, contents) select 'entry', to_jsonb(e) from entry e where id in (select id from entry where amount = 'NaN');
delete from entry where id in (select id from entry where amount = 'NaN');
insert into unreadable (source, contents) select 'payment', to_jsonb(p) from payment p where amount = 'NaN' or balance_after = 'NaN';
delete from payment where amount = 'NaN' or balance_after = 'NaN';

-- A balance is the sum of its payer's entries.
insert into unreadable (source, contents) select 'balance', to_jsonb(b) from balance b where balance = 'NaN' or credit_limit = 'NaN';
update balance b set version = version + 1, credit_limit = case when credit_limit = 'NaN' then 0 else credit_limit end,
    balance = case when balance <> 'NaN' then balance else
      coalesce((select sum(e.amount) from entry e where e.party = b.payer_kind and e.party_id = b.payer_id and e.currency = b.currency), 0) end
  where balance = 'NaN' or credit_limit = 'NaN';

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

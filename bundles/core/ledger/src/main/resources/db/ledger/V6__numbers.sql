-- PostgreSQL's numeric takes NaN, which is no amount. Not valid: rows from before are not looked at.
-- Prices in CDRs have no scale, and so could be infinite too.
alter table balance add constraint balance_numbers check (balance <> 'NaN' and credit_limit <> 'NaN') not valid;
alter table payment add constraint payment_numbers check (amount <> 'NaN' and balance_after <> 'NaN') not valid;
alter table entry add constraint entry_numbers check (amount <> 'NaN') not valid;
alter table cdr add constraint cdr_numbers check (cost <> 'NaN' and abs(price1) < 'Infinity' and abs(price_n) < 'Infinity' and abs(connect_fee) < 'Infinity'
  and abs(surcharge) < 'Infinity') not valid;
alter table journal_share add constraint journal_share_numbers check (abs(price1) < 'Infinity' and abs(price_n) < 'Infinity' and abs(connect_fee) < 'Infinity'
  and abs(surcharge) < 'Infinity') not valid;

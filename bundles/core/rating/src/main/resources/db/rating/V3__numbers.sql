-- PostgreSQL's numeric takes NaN, which is no amount. Not valid: rows from before are not looked at; who reads them says what is wrong with them.
alter table tariff add constraint tariff_numbers check (connect_fee <> 'NaN' and post_call_surcharge <> 'NaN') not valid;
alter table rate add constraint rate_numbers check (price_1 <> 'NaN' and price_n <> 'NaN') not valid;
alter table rate_period add constraint rate_period_numbers check (price_1 <> 'NaN' and price_n <> 'NaN') not valid;

-- PostgreSQL's numeric takes NaN, which is no amount. Not valid: rows from before are not looked at; who reads them says what is wrong with them.
alter table account add constraint account_numbers check (credit_limit <> 'NaN') not valid;

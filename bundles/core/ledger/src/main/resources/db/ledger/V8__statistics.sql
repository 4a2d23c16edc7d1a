-- Nobody looks for rows by these columns, and to find out how their values are spread cost more than to write the rows. Months that come get the same (Partitions).
alter table cdr
  alter column id set statistics 0, alter column sip_call_id set statistics 0, alter column customer set statistics 0,
  alter column callee set statistics 0, alter column cli_in set statistics 0, alter column cld_in set statistics 0,
  alter column remote_ip set statistics 0, alter column user_agent set statistics 0, alter column protocol set statistics 0,
  alter column p_asserted_id set statistics 0, alter column remote_party_id set statistics 0, alter column end_time set statistics 0,
  alter column reason set statistics 0, alter column release_source set statistics 0, alter column ringing_ns set statistics 0,
  alter column tariff set statistics 0, alter column prefix set statistics 0, alter column currency set statistics 0,
  alter column price1 set statistics 0, alter column price_n set statistics 0, alter column interval1 set statistics 0,
  alter column interval_n set statistics 0, alter column connect_fee set statistics 0, alter column free_seconds set statistics 0,
  alter column grace_seconds set statistics 0, alter column surcharge set statistics 0, alter column cost_precision set statistics 0,
  alter column cost_round_up set statistics 0, alter column duration_rounding set statistics 0, alter column average_duration set statistics 0,
  alter column time_of_day set statistics 0, alter column billed_seconds set statistics 0, alter column cost set statistics 0,
  alter column crashed set statistics 0, alter column share set statistics 0;
alter table entry
  alter column id set statistics 0, alter column leg set statistics 0, alter column amount set statistics 0, alter column currency set statistics 0,
  alter column call set statistics 0, alter column payment set statistics 0;
alter table journal
  alter column node set statistics 0, alter column connect_time set statistics 0, alter column granted set statistics 0,
  alter column next_slice set statistics 0, alter column sip_call_id set statistics 0, alter column customer set statistics 0,
  alter column caller set statistics 0, alter column callee set statistics 0, alter column carrier set statistics 0,
  alter column cli_in set statistics 0, alter column cld_in set statistics 0, alter column cli set statistics 0, alter column cld set statistics 0,
  alter column setup_time set statistics 0, alter column remote_ip set statistics 0, alter column user_agent set statistics 0,
  alter column shares set statistics 0, alter column protocol set statistics 0, alter column p_asserted_id set statistics 0,
  alter column remote_party_id set statistics 0;

-- Who pays stands in the call's own row, a line a share, fields parted by tabs (ShareText). journal_share keeps what an older release wrote.
alter table journal add column shares text;

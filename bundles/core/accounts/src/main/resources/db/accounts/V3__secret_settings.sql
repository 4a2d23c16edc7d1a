-- Names of the values that nobody is shown, for the time when the feature that says so is away. Null in rows from before: nobody knows, so all are.
alter table settings add column secrets text[];

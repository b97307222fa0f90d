drop table assay.coin_ledger cascade;
drop table assay.flags cascade;
drop table assay.submissions cascade;

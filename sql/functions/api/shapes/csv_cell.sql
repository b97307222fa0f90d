-- A text as a cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula.
create function api.csv_cell(content text)
    returns text
    language sql immutable parallel safe
begin atomic
    select '"' || case when csv_cell.content ~ '^[=+\-@\t\r\n＝＋－＠]' then '''' else '' end
               || replace(coalesce(csv_cell.content, ''), '"', '""') || '"';
end;

comment on function api.csv_cell(text) is
    'Quotes a CSV cell (RFC 4180), with an apostrophe before =, +, -, @ (full width too), a tab or a line break at its start, so that a spreadsheet shows it as text. Source: OWASP, CSV injection.';

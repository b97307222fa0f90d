"""The page docs/generated/database.md: what `\\d+` in psql shows, from the comments in the catalog."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.db.migrate import SQL
from app.postgres_url import for_libpq

Row = dict[str, Any]

HEAD = """# The database

This page is written by `assay data-dictionary` from the comments in the database: edit them (`comment on` in `sql/`),
then run it again. In psql `\\d+` shows the same, and `select * from reporting.catalog;` lists the views.
"""

SCHEMAS = """
select n.nspname as name, obj_description(n.oid, 'pg_namespace') as meaning
  from pg_namespace n
 where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api', 'migration')
 order by array_position('{assay, reporting, worker, operator, api, migration}', n.nspname::text)
"""
RELATIONS = """
select c.oid, c.relname as name, split_part(obj_description(c.oid, 'pg_class'), E'\\nExample: ', 1) as meaning,
       split_part(obj_description(c.oid, 'pg_class'), E'\\nExample: ', 2) as example
  from pg_class c
 where c.relnamespace = %(schema)s::regnamespace and c.relkind = %(kind)s
 order by case when c.relkind = 'r' then c.oid end, c.relname collate "C"
"""
COLUMNS = """
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull as required, a.attidentity <> '' as counted,
       pg_get_expr(d.adbin, d.adrelid) as default, col_description(a.attrelid, a.attnum) as meaning
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = %(oid)s and a.attnum > 0 and not a.attisdropped
 order by a.attnum
"""
KEYS = """
select k.contype::text as type, k.confdeltype = 'c' as cascades, k.confrelid::regclass::text as target,
       (select array_agg(a.attname order by n) from unnest(k.conkey) with ordinality u (num, n)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num) as columns
  from pg_constraint k
 where k.conrelid = %(oid)s and k.contype in ('p', 'f')
 order by k.contype desc, k.conname collate "C"
"""
RULES = """
select k.conname as name, obj_description(k.oid, 'pg_constraint') as meaning, 1 as place
  from pg_constraint k
 where k.conrelid = %(oid)s and obj_description(k.oid, 'pg_constraint') is not null
 union all
select c.relname, obj_description(c.oid, 'pg_class'), 2
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where i.indrelid = %(oid)s and obj_description(c.oid, 'pg_class') is not null
 union all
select distinct p.proname, obj_description(p.oid, 'pg_proc'), 3
  from pg_trigger t join pg_proc p on p.oid = t.tgfoid
 where t.tgrelid = %(oid)s and not t.tgisinternal
 order by 3, 1
"""
FUNCTIONS = """
select p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as result,
       split_part(obj_description(p.oid, 'pg_proc'), E'\\nExample: ', 1) as meaning,
       split_part(obj_description(p.oid, 'pg_proc'), E'\\nExample: ', 2) as example
  from pg_proc p
 where p.pronamespace = %(schema)s::regnamespace
   and p.prorettype <> 'trigger'::regtype
   and not exists (select from pg_depend d
                    where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
 order by p.proname collate "C"
"""


def page(url: str, recipes: str = "") -> str:
    """The whole page for the database at `url`; `recipes` (Markdown, headings from `#` on) are its last chapter."""
    known: dict[str, Any] = dict(for_libpq(url))
    with psycopg.connect(row_factory=dict_row, **known) as connection:
        parts = [HEAD, *_chapters(connection), re.sub(r"^(#+ )", r"#\1", recipes, flags=re.M)]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _chapters(connection: psycopg.Connection[Row]) -> Iterator[str]:
    def ask(statement: str, **values: Any) -> list[Row]:
        return connection.execute(statement.encode(), values).fetchall()

    yield "## Schemas"
    yield _table("schema", "what is in it", ((r["name"], r["meaning"]) for r in ask(SCHEMAS)))
    yield "## Roles"
    yield _table("role", "what it is", _roles())
    yield "## Tables"
    yield "All are in the schema `assay`. The name of a rule is the error that breaking it raises, in psql and the API."
    for table in ask(RELATIONS, schema="assay", kind="r"):
        yield f"### {table['name']}"
        yield table["meaning"]
        yield _columns(ask(COLUMNS, oid=table["oid"]))
        yield _keys(ask(KEYS, oid=table["oid"]))
        yield _rules(ask(RULES, oid=table["oid"]))
    yield "## Views"
    yield "All are in the schema `reporting`; role `assay_dba_read` selects from them."
    for view in ask(RELATIONS, schema="reporting", kind="v"):
        yield f"### reporting.{view['name']}"
        yield view["meaning"]
        yield f"```sql\n{view['example']}\n```"
        yield _table("column", "meaning", ((c["name"], c["meaning"]) for c in ask(COLUMNS, oid=view["oid"])))
    yield "## Functions"
    yield "### For reading"
    yield _functions("reporting", ask(FUNCTIONS, schema="reporting"))
    yield "### What people who operate it may do"
    yield _functions("operator", ask(FUNCTIONS, schema="operator"))
    yield "### What a request may do"
    yield _functions("api", ask(FUNCTIONS, schema="api"))
    yield "### What a worker may do"
    yield _functions("worker", ask(FUNCTIONS, schema="worker"))
    yield "### Helpers of these"
    yield _functions("assay", ask(FUNCTIONS, schema="assay"))


def _roles() -> list[tuple[str, str]]:
    """Roles belong to the cluster, not to the database: what they are for stands in sql/roles.sql."""
    return re.findall(r"^-- {3}(assay_\w+) +(.+)$", (SQL / "roles.sql").read_text("utf-8"), re.M)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(name: str, meaning: str, rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join([_line(name, meaning), _line("---", "---"), *(_line(f"`{n}`", m) for n, m in rows)])


def _columns(columns: list[Row]) -> str:
    lines = (_line(f"`{c['name']}`", _type(c), c["meaning"]) for c in columns)
    return "\n".join([_line("column", "type", "meaning"), _line("---", "---", "---"), *lines])


def _type(column: Row) -> str:
    """`text`, `text or null`, or `integer, 0 unless given`."""
    said: str = column["type"] + ("" if column["required"] else " or null")
    if column["counted"]:
        return f"{said}, counted"
    return f"{said}, `{column['default']}` unless given" if column["default"] else said


def _keys(keys: list[Row]) -> str:
    said = []
    for key in keys:
        columns = ", ".join(f"`{c}`" for c in key["columns"])
        if key["type"] == "p":
            said.append(f"Primary key: {columns}.")
        else:
            goes = ", and the row goes with it" if key["cascades"] else ""
            said.append(f"{columns}: a row of `{key['target'].removeprefix('assay.')}`{goes}.")
    return "  \n".join(said)


def _rules(rules: list[Row]) -> str:
    return "Rules and triggers:\n\n" + "\n".join(f"- `{r['name']}`: {r['meaning']}" for r in rules) if rules else ""


def _functions(schema: str, functions: list[Row]) -> str:
    return "\n".join(_function(schema, function) for function in functions)


def _function(schema: str, function: Row) -> str:
    answers = "" if function["result"] == "void" else f" → `{function['result']}`"
    example = f" Example: `{function['example']}`" if function["example"] else ""
    return f"- `{schema}.{function['name']}({function['arguments']})`{answers}  \n  {function['meaning']}{example}"


def write(url: str, path: Path, check: bool) -> bool:
    """Write the page to `path`, ending in docs/database/recipes.md; or, to `check`, say whether it is current."""
    recipes = path.parent.parent / "database" / "recipes.md"
    text = page(url, recipes.read_text("utf-8") if recipes.exists() else "")
    if check:
        return path.exists() and path.read_text("utf-8") == text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return True
